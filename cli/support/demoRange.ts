import type { Plan } from '../../pipelines/nem/demo/plan';

/**
 * The real sample files of the data folder are of this interval: 27 December 2025, 00:00 to 00:05 market
 * time.
 */
const REAL_SAMPLE = ['--from', '2025-12-27T00:00:00+10:00', '--to', '2025-12-27T00:05:00+10:00'];
const MINUTES_PER_INTERVAL = 5;

/** The range for `currents run`: the plan's two hours, the real sample, or live the newest half hour. */
export function demoRangeOf(options: { live?: boolean; data?: string }, plan: Plan | null): string[] {
  if (options.live) return [];
  if (!plan) return REAL_SAMPLE;
  const wallClock = (minutes: number): string =>
    `${new Date(plan.from_nem_ms + minutes * 60_000).toISOString().slice(0, 19)}+10:00`;
  return ['--from', wallClock(0), '--to', wallClock(plan.intervals * MINUTES_PER_INTERVAL)];
}
