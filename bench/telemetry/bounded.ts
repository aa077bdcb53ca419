/** How many records were sent and not yet on main at one moment. */
export interface LagSample {
  at_ms: number;
  lag: number;
}

/** Lag is a saw: it falls with each merge. A peak of a fifth more is within what one slow run makes. */
const GROWTH_MAX = 1.2;

export interface LagVerdict {
  /** Highest lag in the second and in the last third: the first third fills the pipeline. */
  middle: number;
  last: number;
  isBounded: boolean;
}

/** Whether lag has stopped growing: the peak of the last third of a load against that of the second. */
export function lagVerdict(samples: readonly LagSample[]): LagVerdict {
  const [start_ms, end_ms] = [samples[0]?.at_ms ?? 0, samples.at(-1)?.at_ms ?? 0];
  const third_ms = (end_ms - start_ms) / 3;
  const peak = (from: number, to: number): number =>
    Math.max(
      0,
      ...samples
        .filter(({ at_ms }) => at_ms >= start_ms + from * third_ms && at_ms <= start_ms + to * third_ms)
        .map(({ lag }) => lag),
    );
  const [middle, last] = [peak(1, 2), peak(2, 3)];
  return { middle, last, isBounded: samples.length > 2 && last <= GROWTH_MAX * middle };
}

/**
 * Tries rates: twice the last one until lag grows, then twice the middle between the best and that one.
 *
 * @returns the highest rate at which lag was bounded; 0 where it never was
 */
export async function highestRate(first: number, holds: (rate: number) => Promise<boolean>): Promise<number> {
  let [best, tooHigh] = [0, first];
  for (; await holds(tooHigh); tooHigh *= 2) best = tooHigh;
  for (let halving = 0; halving < 2; halving += 1) {
    const middle = Math.round((best + tooHigh) / 2);
    if (await holds(middle)) best = middle;
    else tooHigh = middle;
  }
  return best;
}
