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
 * small: a trading day ends at 04:00, so an interval lies in the partition of its own date or of the day before.
 */
export function scopePredicate(suite: string, binding: Binding, columns: Map<string, string>, run: RunScope): string {
  if (binding.scope === 'table') return 'true';
  const days = run.window && columns.has('trading_date') ? `trading_date BETWEEN ${dayBefore(run.window.from)} AND ${day(run.window.to)}` : 'true';
  if (binding.scope === 'run') return `run_id = ${quoteText(run.runId)} AND ${days}`;
  if (run.window === null) return 'false';
  if (!columns.has('trading_interval')) throw new ExpectationNotApplicableError(suite, 'scope', 'expected column trading_interval for scope window, found none');
  return `${days} AND trading_interval BETWEEN TIMESTAMP ${quoteText(run.window.from)} AND TIMESTAMP ${quoteText(run.window.to)}`;
}

function day(stamp: string): string {
  return `DATE ${quoteText(stamp.slice(0, 10))}`;
}

export function dayBefore(stamp: string): string {
  return `(${day(stamp)} - INTERVAL '1' DAY)`;
}
