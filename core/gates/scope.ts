import { quoteText } from '../sqlText';
import type { TableTime } from '../pipeline';
import { daysSql, hullOf, touchedSql, type TimeRange } from '../touched';
import { ExpectationNotApplicableError } from './errors';
import type { Binding } from './suite';

export interface RunScope {
  runId: string;
  /** What the run touched; empty when it touched nothing. */
  touched: readonly TimeRange[];
}

/** The rows a suite is about. `table`: time and partition that the pipeline declares for it. */
export function scopePredicate(
  suite: string,
  binding: Binding,
  columns: Map<string, string>,
  run: RunScope,
  table: TableTime | undefined,
): string {
  if (binding.scope === 'table') return 'true';
  if (binding.scope === 'run') return runPredicate(run, existing(table, columns));
  if (run.touched.length === 0) return 'false';
  if (!table || !columns.has(table.time.column))
    throw new ExpectationNotApplicableError(
      suite,
      'scope',
      `expected a time column of ${binding.table} for scope window, ` +
        `found ${table ? `no ${table.time.column}` : 'none declared'}`,
    );
  return touchedSql(run.touched, existing(table, columns)!);
}

/**
 * The rows a run wrote, with its days from the first to the last, by which partitions are left out. Rows of
 * feeds that touch nothing have other days: a forecast those to come, targets of units the day before.
 */
export function runPredicate({ runId, touched }: RunScope, table: TableTime | undefined): string {
  const hull = table?.partition && !table.touchesNothing ? hullOf(touched) : null;
  return `run_id = ${quoteText(runId)} AND ${hull ? daysSql(hull, table!) : 'true'}`;
}

/** A table created without its partition column is read without it. */
function existing(table: TableTime | undefined, columns: Map<string, string>): TableTime | undefined {
  if (!table?.partition || columns.has(table.partition)) return table;
  return { time: table.time, clock: table.clock };
}
