import { quoteText } from '../sqlText';
import { ExpectationNotApplicableError } from './errors';
import type { Binding } from './suite';

export interface RunScope {
  runId: string;
  /** First and last trading interval touched, NEM time, both inclusive; null when the run touched none. */
  window: { from: string; to: string } | null;
}

/**
 * The rows a suite is about. A predicate on the partition column goes along, since only that keeps the scan
 * small: a trading day ends at 04:00, so an interval lies in the partition of its own date or of the day
 * before.
 */
export function scopePredicate(
  suite: string,
  binding: Binding,
  columns: Map<string, string>,
  run: RunScope,
): string {
  if (binding.scope === 'table') return 'true';
  if (binding.scope === 'run')
    return runPredicate(run.runId, columns.has('trading_date') ? run.window : null);
  if (run.window === null) return 'false';
  if (!columns.has('trading_interval'))
    throw new ExpectationNotApplicableError(
      suite,
      'scope',
      'expected column trading_interval for scope window, found none',
    );
  return `${columns.has('trading_date') ? daysOf(run.window) : 'true'} AND trading_interval BETWEEN TIMESTAMP ${quoteText(run.window.from)} AND TIMESTAMP ${quoteText(run.window.to)}`;
}

/** The rows a run wrote to a table with trading dates; without a window, to any table. */
export function runPredicate(runId: string, window: RunScope['window']): string {
  return `run_id = ${quoteText(runId)} AND ${window ? daysOf(window) : 'true'}`;
}

function daysOf(window: NonNullable<RunScope['window']>): string {
  return `trading_date BETWEEN ${dayBefore(window.from)} AND ${day(window.to)}`;
}

function day(stamp: string): string {
  return `DATE ${quoteText(stamp.slice(0, 10))}`;
}

function dayBefore(stamp: string): string {
  return `(${day(stamp)} - INTERVAL '1' DAY)`;
}
