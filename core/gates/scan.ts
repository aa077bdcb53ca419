import type { Check, Target, Values } from './check';

const COUNT = 'count(*)';

/** What is measured on one table. */
export interface Scan {
  target: Target;
  checks: Check[];
}

/** What one scan gave. */
export interface Measured {
  rowsInScope: number;
  /** In the order of the checks. */
  values: Values[];
}

/**
 * Rows in scope and what all given checks measure, of one table or several, in one statement: the aggregates
 * of a table share one read of it, and the single rows of the checks' own statements and of other tables are
 * joined to them. On a small lake a statement's cost is planning and fetching, not its rows. Null where all
 * of it is known without a look.
 */
export function scanSql(scans: readonly Scan[]): string | null {
  const parts = scans
    .filter((scan) => !isKnown(scan))
    .flatMap((scan) => [sharedScan(scan), ...ownQueries(scan)]);
  if (parts.length === 0) return null;
  return parts.length === 1
    ? parts[0]!
    : `SELECT * FROM (${parts[0]}) ${parts
        .slice(1)
        .map((query) => `CROSS JOIN (${query})`)
        .join(' ')}`;
}

/** Splits the statement's one row into what each scan measured, in the order of the scans. */
export function scanValues(scans: readonly Scan[], row: Values): Measured[] {
  let at = 0;
  const take = (width: number): Values => row.slice(at, (at += width));
  return scans.map((scan) => {
    const { checks } = scan;
    if (isKnown(scan))
      return { rowsInScope: 0, values: checks.map(({ aggregates = [] }) => aggregates.map(() => 0)) };
    const names = sharedAggregates(checks);
    const shared = take(names.length);
    const values = checks.map((check) =>
      check.query
        ? take(check.width ?? 1)
        : (check.aggregates ?? []).map((name) => shared[names.indexOf(name)]),
    );
    return { rowsInScope: Number(shared[0] ?? 0), values };
  });
}

/** How many reads of tables the scan's statement has, for a bound on its size. */
export function readsOf(scan: Scan): number {
  return isKnown(scan) ? 0 : 1 + ownQueries(scan).length;
}

/** A table without rows in scope has nothing to count. */
function isKnown({ target, checks }: Scan): boolean {
  return (
    target.isEmpty === true &&
    checks.every(({ query, aggregates = [] }) => !query && aggregates.every((one) => one === COUNT))
  );
}

function sharedScan({ target, checks }: Scan): string {
  return `SELECT ${sharedAggregates(checks).join(', ')} FROM ${target.table} WHERE ${target.where}`;
}

/** Each aggregate once, however many checks need it; the rows in scope come first. */
function sharedAggregates(checks: readonly Check[]): string[] {
  const shared = checks.flatMap((check) => (check.query ? [] : (check.aggregates ?? [])));
  return [...new Set([COUNT, ...shared])];
}

function ownQueries({ checks }: Scan): string[] {
  return checks.flatMap((check) => (check.query ? [check.query] : []));
}
