import { DAY_MS } from '../../core/interval';
import type { BadValue, Oddity } from '../../pipelines/nem/demo/oddities';
import { publishPlan, type Plan } from '../../pipelines/nem/demo/plan';
import { randomFor } from '../../pipelines/nem/demo/random';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import type { Trial } from './trials';

/** Trials go back in time from here, a market day each, so that no table's partition belongs to two. */
const FIRST_DAY_MS = Date.UTC(2026, 9, 31);
const INTERVAL_MS = 300_000;
const INTERVALS = 2;
const BAD_VALUES: readonly BadValue[] = [
  'empty_unit_id',
  'nan_value',
  'text_value',
  'empty_value',
  'hex_value',
];

/**
 * Ten minutes of a trial's own day, with a row that cannot be used, repeated rows, and now and then a file
 * twice.
 */
export function planOf({ seed, number }: Pick<Trial, 'seed' | 'number'>): Plan {
  const random = randomFor(seed, 'oddities', number);
  const oddities: Oddity[] = [
    { kind: 'bad_row', interval: 0, bad: BAD_VALUES[Math.floor(random() * BAD_VALUES.length)]! },
    { kind: 'duplicate_rows', interval: 1, count: 3 },
    ...(random() < 0.3 ? [{ kind: 'republished_same', interval: 0, report: 'DISPATCHSCADA' } as const] : []),
    ...(random() < 0.3 ? [{ kind: 'late_correction', interval: 1, late_by: 1, count: 2 } as const] : []),
    ...(random() < 0.3 ? [{ kind: 'intervention', interval: 1 } as const] : []),
  ];
  // Half past, so that both kinds of rooftop file are among the trial's.
  return publishPlan({ fromNem: `${dayOf(number)} 12:25`, intervals: INTERVALS, oddities });
}

/** Market day of a trial, `YYYY-MM-DD`. */
export function dayOf(number: number): string {
  return new Date(FIRST_DAY_MS - number * DAY_MS).toISOString().slice(0, 10);
}

/** Serves a trial's files; returns its range and the starts of its intervals as workflows name them. */
export function publishTrial(
  site: LookalikeSite,
  trial: Pick<Trial, 'seed' | 'number'>,
): { from: string; to: string; starts: string[] } {
  const plan = planOf(trial);
  for (const file of plan.files) site.publish(file);
  const starts = Array.from({ length: INTERVALS + 1 }, (_, index) =>
    instantOf(plan.from_nem_ms + index * INTERVAL_MS),
  );
  return { from: starts[0]!, to: starts[INTERVALS]!, starts: starts.slice(0, INTERVALS) };
}

/** A market wall clock, counted as if it were UTC, as the instant it means: UTC+10 all year. */
function instantOf(nem_ms: number): string {
  return `${new Date(nem_ms - 36_000_000).toISOString().slice(0, 19)}Z`;
}
