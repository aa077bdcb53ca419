import { BackfillInputError } from './errors';
import { DAY_MS, parseInstant, type Interval } from './interval';
import type { ArchiveFile } from './source';

/**
 * `missing`: what the lake lacks; `failed`: what was landed and never merged, or held files that could not be
 * trusted; `all`: everything listed.
 */
export type BackfillMode = 'missing' | 'failed' | 'all';

export interface BackfillInput {
  pipeline: string;
  /** ISO 8601, inclusive. A scheduled run leaves both out: it takes the day that its nominal time begins. */
  from?: string;
  /** ISO 8601, exclusive. */
  to?: string;
  mode?: BackfillMode;
  /** Which chunk goes first (default newest: what people look at). */
  order?: 'newest' | 'oldest';
  /** Days of data one refine run takes (default 7); a live run waits for at most one. */
  chunk?: number;
  /** Archives landed and read at the same time (default 2). */
  concurrency?: number;
  /** Plan only. */
  dryRun?: boolean;
  /** Branch to fill (default main). */
  target?: string;
  /**
   * Leave archives alone whose chunk failed a gate in an earlier run of this kind, and remember those that do
   * so now (default false). What nobody watches must not try the same data again and again.
   */
  leaveBlocked?: boolean;
}

export type BackfillSettings = Required<Omit<BackfillInput, 'from' | 'to'>> & { from: string; to: string };

export const BACKFILL_LIMITS = { chunk_days: 31, concurrency: 8, range_days: 40 * 366 };

/**
 * The input with its defaults.
 *
 * @throws BackfillInputError that names every mistake; InvalidIntervalError for a bound that is no time.
 */
export function backfillSettings(input: BackfillInput, nominalDay?: string): BackfillSettings {
  const from_ms = parseInstant(input.from ?? nominalDay ?? 'nothing', 'from');
  const to_ms =
    input.to === undefined && input.from === undefined
      ? from_ms + DAY_MS
      : parseInstant(input.to ?? 'nothing', 'to');
  const {
    mode = 'missing',
    order = 'newest',
    chunk = 7,
    concurrency = 2,
    dryRun = false,
    target = 'main',
    leaveBlocked = false,
    pipeline,
  } = input;
  const problems = [
    to_ms > from_ms ? '' : 'to: expected a time after from',
    to_ms - from_ms <= BACKFILL_LIMITS.range_days * DAY_MS
      ? ''
      : `range: expected at most ${BACKFILL_LIMITS.range_days} days`,
    ['missing', 'failed', 'all'].includes(mode) ? '' : `mode: expected missing, failed or all, found ${mode}`,
    ['newest', 'oldest'].includes(order) ? '' : `order: expected newest or oldest, found ${order}`,
    isWhole(chunk, BACKFILL_LIMITS.chunk_days)
      ? ''
      : `chunk: expected 1 to ${BACKFILL_LIMITS.chunk_days} days, found ${chunk}`,
    concurrencyProblem(concurrency) ?? '',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new BackfillInputError(problems);
  return {
    pipeline,
    mode,
    order,
    chunk,
    concurrency,
    dryRun,
    target,
    leaveBlocked,
    from: new Date(from_ms).toISOString(),
    to: new Date(to_ms).toISOString(),
  };
}

export function concurrencyProblem(value: number): string | null {
  return isWhole(value, BACKFILL_LIMITS.concurrency)
    ? null
    : `concurrency: expected 1 to ${BACKFILL_LIMITS.concurrency}, found ${value}`;
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

/**
 * What the lake and the listings know of one report's day (of the source's clock). Counts are of intervals in
 * the range.
 */
export interface ReportDay {
  report: string;
  /** ISO instants (UTC) of the day's bounds. */
  from: string;
  to: string;
  expected: number;
  present: number;
  /** From the first to the last interval with a file of the newest listing that is not in Kafka yet. */
  unseen: Interval | null;
  /**
   * Lacking intervals of which the newest listing has a file that can be trusted, in Kafka or not: the lane
   * will bring them.
   */
  awaited: number;
}

/** An archive as the plan knows it. */
export interface KnownArchive extends ArchiveFile {
  /** Read before. */
  landed: boolean;
  /** The ledger has it. */
  merged: boolean;
  /** Files of it that were not trusted. */
  quarantined: number;
  /** Its chunk failed a gate in a run that nobody watched. */
  blocked: boolean;
}

export interface BackfillChunk {
  from: string;
  to: string;
  archives: ArchiveFile[];
}

export interface BackfillPlan {
  /**
   * Range to ingest file by file from what the source lists newest, through Kafka; null when nothing is new
   * there.
   */
  current: { from: string; to: string } | null;
  chunks: BackfillChunk[];
  /** By report. */
  reports: Record<string, Completeness>;
  /** Names of archives that would fill something and were left to an operator (see `leaveBlocked`). */
  blocked: string[];
}

/** Intervals of a range, by what is known of them. */
export interface Completeness {
  expected: number;
  present: number;
  /** Lacking although every archive that should hold them is in the lake: the source's own gaps. */
  sourceGaps: number;
  /** Lacking, and nothing listed holds them: no archive, and no file that can be trusted. */
  unavailable: number;
}

/**
 * What the lake could have and lacks: to be fetched, waiting in Kafka for the lane, or left to an operator.
 */
export function ownGaps({ expected, present, sourceGaps, unavailable }: Completeness): number {
  return Math.max(0, expected - present - sourceGaps - unavailable);
}

export function totalOf(reports: Record<string, Completeness>): Completeness {
  const sum = (name: keyof Completeness): number =>
    Object.values(reports).reduce((total, report) => total + report[name], 0);
  return {
    expected: sum('expected'),
    present: sum('present'),
    sourceGaps: sum('sourceGaps'),
    unavailable: sum('unavailable'),
  };
}
