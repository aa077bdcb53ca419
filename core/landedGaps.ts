/**
 * Intervals of one report for which landing has no file: how many, and where the first and the last of them
 * end (ISO, UTC).
 */
export interface LandedGap {
  intervals: number;
  first: string;
  last: string;
}

/** By report. */
export type LandedGaps = Record<string, LandedGap>;

/** Merges two ranges, the earlier one first. */
export function joinGaps(earlier: LandedGaps, later: LandedGaps): LandedGaps {
  const joined = { ...earlier };
  for (const [report, gap] of Object.entries(later)) {
    const known = joined[report];
    joined[report] = known
      ? { intervals: known.intervals + gap.intervals, first: known.first, last: gap.last }
      : gap;
  }
  return joined;
}
