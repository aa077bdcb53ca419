const FIRST_MS = 1_000;
const MOST_MS = 30_000;
/** A service that has run this long counts as healthy again. */
export const STABLE_AFTER_MS = 60_000;

/** Wait before the n-th start in a row that follows a failure: 1 s, 2 s, 4 s ... 30 s. */
export function backoff_ms(failuresInARow: number): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.max(0, failuresInARow - 1));
}
