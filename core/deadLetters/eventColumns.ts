const COLUMNS = {
  pipeline: 'varchar',
  letter_id: 'varchar',
  action: 'varchar',
  attempt: 'integer',
  requested_by: 'varchar',
  reason: 'varchar',
  detail: 'varchar',
  workflow_id: 'varchar',
  sequence: 'bigint',
  recorded_at: 'timestamp(6) with time zone',
};
const columnsAs = (text: (name: string, type: string) => string): string =>
  Object.entries(COLUMNS)
    .map(([name, type]) => text(name, type))
    .join(', ');

/** Columns of a pipeline's table of decisions on dead letters, as `CREATE TABLE` takes them. */
export const DEAD_LETTER_EVENT_COLUMNS = columnsAs((name, type) => `${name} ${type}`);
const NULLS = columnsAs((name, type) => `CAST(NULL AS ${type}) AS ${name}`);
/** Replaces the table in a query while no decision has been made. */
export const NO_DEAD_LETTER_EVENTS = `(SELECT ${NULLS} WHERE false)`;
