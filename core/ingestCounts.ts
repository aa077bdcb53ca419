import type { IngestCounts } from './runs';

/** A history holds the result of a range, so it names this many missing files and counts the others. */
const MISSING_NAMED = 100;

export const NO_COUNTS: IngestCounts = {
  files: 0,
  seen: 0,
  quarantined: 0,
  rows: 0,
  deadLetters: 0,
  missing: [],
};

/** The counts of two intervals or ranges together. */
export function addCounts(left: IngestCounts, right: IngestCounts): IngestCounts {
  const missing = [...left.missing, ...right.missing];
  const unnamed = Math.max(0, missing.length - MISSING_NAMED);
  return {
    files: left.files + right.files,
    seen: left.seen + right.seen,
    quarantined: left.quarantined + right.quarantined,
    rows: left.rows + right.rows,
    deadLetters: left.deadLetters + right.deadLetters,
    missing: missing.slice(0, MISSING_NAMED),
    missingMore: (left.missingMore ?? 0) + (right.missingMore ?? 0) + unnamed,
  };
}
