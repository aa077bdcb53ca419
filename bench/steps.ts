import type { RefineResult } from '../core/runs';
import { detail, median, type Detail } from './report';

/** The median of each step over the runs, in seconds, in the order in which the steps ran. */
export function medianSteps(runs: readonly Pick<RefineResult, 'durations_ms'>[]): Detail[] {
  const names = [...new Set(runs.flatMap(({ durations_ms }) => Object.keys(durations_ms)))];
  return names.map((name) => detail(`step ${name}`, medianStep_s(runs, [name]), 's'));
}

/** What part of all steps each step takes, by the medians. */
export function shareOfSteps(steps: readonly Detail[]): Detail[] {
  const all = steps.reduce((sum, { value }) => sum + value, 0);
  return steps.map(({ name, value }) => detail(`share of ${name}`, (100 * value) / (all || 1), '%'));
}

/**
 * The median over the runs of the sum of the steps named, in seconds; a run without a step spent nothing on
 * it.
 */
export function medianStep_s(
  runs: readonly Pick<RefineResult, 'durations_ms'>[],
  names: readonly string[],
): number {
  return (
    median(runs.map(({ durations_ms }) => names.reduce((sum, name) => sum + (durations_ms[name] ?? 0), 0))) /
    1000
  );
}

/** The median over the runs of all their steps but those left out, in seconds. */
export function medianRun_s(
  runs: readonly Pick<RefineResult, 'durations_ms'>[],
  leftOut: readonly string[] = [],
): number {
  const kept = (durations_ms: Record<string, number>): number =>
    Object.entries(durations_ms).reduce((sum, [name, ms]) => sum + (leftOut.includes(name) ? 0 : ms), 0);
  return median(runs.map(({ durations_ms }) => kept(durations_ms))) / 1000;
}
