import type { LoadedSuite } from '../../core/gates/catalogue';
import type { Target } from '../../core/gates/check';
import { runPredicate, scopePredicate, type RunScope } from '../../core/gates/scope';
import type { Binding } from '../../core/gates/suite';
import { timeOfTable } from '../../core/pipeline';
import { quoteDotted, quoteName, quoteText } from '../../core/sqlText';
import { pipelineNamed } from '../../pipelines/registry';
import type { Ask } from './suiteRun';

/** Kafka coordinates and origin, shown in samples where a table has them. */
const ORIGIN_COLUMNS = ['topic', 'partition', 'offset', 'source_file', 'source_line'];

/** Column name to Trino type, in order. */
export type Columns = Map<string, string>;

/** Where and for which run suites are audited. */
export interface Audited {
  catalog: string;
  pipeline: string;
  run: RunScope;
}

/**
 * The columns of tables of a catalog, by `schema.table`, in one statement. A table that is not there has no
 * entry.
 */
export async function columnsOf(
  catalog: string,
  tables: readonly string[],
  ask: Ask,
): Promise<Map<string, Columns>> {
  const found = new Map<string, Columns>();
  if (tables.length === 0) return found;
  const named = [...new Set(tables)].map((table) => {
    const [schema, name] = table.split('.') as [string, string];
    return `(table_schema = ${quoteText(schema)} AND table_name = ${quoteText(name)})`;
  });
  const { rows } = await ask(
    'SELECT table_schema, table_name, column_name, data_type ' +
      `FROM ${quoteName(catalog)}.information_schema.columns WHERE ${named.join(' OR ')} ORDER BY ordinal_position`,
  );
  for (const [schema, name, column, type] of rows as string[][]) {
    const columns = found.get(`${schema}.${name}`) ?? new Map<string, string>();
    found.set(`${schema}.${name}`, columns.set(column!, type!));
  }
  return found;
}

/**
 * The table a suite is about, as expectations are compiled for it. `known` saves a statement.
 *
 * @throws TrinoStatementError when there is no such table.
 */
export async function targetOf(
  audited: Audited,
  { suite }: Pick<LoadedSuite, 'suite'>,
  binding: Binding,
  ask: Ask,
  known?: Columns,
): Promise<Target> {
  const columns = known ?? (await columnsByRow(quotedTable(audited, binding), ask));
  const time = timeOfTable(pipelineNamed(audited.pipeline), binding.table);
  return {
    ...unscoped(audited, suite.name, binding, columns),
    where: scopePredicate(suite.name, binding, columns, audited.run, time),
  };
}

/** The table of a suite that asks for no row but the run's own, of which it has none: it is not opened. */
export function emptyTarget(
  audited: Audited,
  { suite }: Pick<LoadedSuite, 'suite'>,
  binding: Binding,
): Target {
  const time = timeOfTable(pipelineNamed(audited.pipeline), binding.table);
  return {
    ...unscoped(audited, suite.name, binding, new Map()),
    where: runPredicate(audited.run, time),
    isEmpty: true,
  };
}

function quotedTable({ catalog }: Audited, { table }: Binding): string {
  return quoteDotted(`${catalog}.${table}`);
}

function unscoped(
  audited: Audited,
  suite: string,
  binding: Binding,
  columns: Columns,
): Omit<Target, 'where'> {
  const pipeline = pipelineNamed(audited.pipeline);
  return {
    suite,
    pipeline: audited.pipeline,
    name: binding.table,
    table: quotedTable(audited, binding),
    catalog: audited.catalog,
    columns,
    runId: audited.run.runId,
    touched: audited.run.touched,
    time: timeOfTable(pipeline, binding.table),
    timeOf: (name) => timeOfTable(pipeline, name),
    step_ms: pipeline.intake.kind === 'files' ? pipeline.intake.step_ms : undefined,
    sampleColumns: [...binding.key_columns, ...ORIGIN_COLUMNS]
      .filter((name) => columns.has(name))
      .map(quoteName),
  };
}

async function columnsByRow(table: string, ask: Ask): Promise<Columns> {
  const { columns } = await ask(`SELECT * FROM ${table} LIMIT 0`);
  return new Map(columns.map(({ name, type }) => [name, type]));
}

/** What a suite without `meta.currents` is about: all rows of the table named. */
export function bindingOf({ suite }: Pick<LoadedSuite, 'suite'>, pipeline: string, table?: string): Binding {
  return (
    suite.meta?.currents ?? {
      pipeline,
      stage: 'silver',
      table: table ?? 'unknown.unknown',
      scope: 'table',
      key_columns: [],
    }
  );
}
