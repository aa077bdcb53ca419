import type { Check, Target, Values } from './check';

/**
 * Rows in scope and what all given checks measure, in one statement: the aggregates share one read of the
 * table, and the single rows of the checks' own statements are joined to them. On a small lake a statement's
 * cost is planning and fetching, not its rows.
 */
export function suiteSql(target: Target, checks: Check[]): string {
  const shared = ['count(*)', ...checks.flatMap((check) => (check.query ? [] : (check.aggregates ?? [])))];
  const scan = `SELECT ${shared.join(', ')} FROM ${target.table} WHERE ${target.where}`;
  const own = checks.flatMap((check) => (check.query ? [check.query] : []));
  return own.length === 0
    ? scan
    : `SELECT * FROM (${scan}) ${own.map((query) => `CROSS JOIN (${query})`).join(' ')}`;
}

/** Splits the statement's one row into the values of each check, in the order of the checks. */
export function suiteValues(checks: Check[], row: Values): { rowsInScope: number; values: Values[] } {
  const sharedWidth =
    1 + checks.reduce((sum, check) => sum + (check.query ? 0 : (check.aggregates?.length ?? 0)), 0);
  let [shared, own] = [1, sharedWidth];
  const values = checks.map((check) => {
    if (check.query) return row.slice(own, (own += check.width ?? 1));
    return row.slice(shared, (shared += check.aggregates?.length ?? 0));
  });
  return { rowsInScope: Number(row[0] ?? 0), values };
}
