import type { Check, Target, Values } from './check';

/** Rows in scope, and the aggregates of all given checks, in one statement: the table is read once. */
export function scanSql(target: Target, checks: Check[]): string {
  const aggregates = ['count(*)', ...checks.flatMap((check) => check.aggregates ?? [])];
  return `SELECT ${aggregates.join(', ')} FROM ${target.table} WHERE ${target.where}`;
}

/** Cuts the scan's one row into the values of each check, in the order the checks were given. */
export function scanValues(checks: Check[], row: Values): { rowsInScope: number; values: Values[] } {
  let next = 1;
  const values = checks.map((check) => {
    const from = next;
    next += check.aggregates?.length ?? 0;
    return row.slice(from, next);
  });
  return { rowsInScope: Number(row[0] ?? 0), values };
}
