import { BackfillInputError } from './errors';
import { DAY_MS, parseInstant, type Interval } from './interval';
import type { ArchiveFile } from './source';

/**
 * `missing`: intervals missing in the lake; `failed`: archives landed but never merged, or with untrusted
 * files; `all`: everything listed.
 */
export type BackfillMode = 'missing' | 'failed' | 'all';

export interface BackfillInput {
  pipeline: string;
  /** ISO 8601, inclusive. A scheduled run omits both: it takes the day that starts at its nominal time. */
  from?: string;
  /** ISO 8601, exclusive. */
  to?: string;
  mode?: BackfillMode;
  /** Which chunk goes first (default newest: users look at it). */
  order?: 'newest' | 'oldest';
  /**
   * Days of data one refine run takes, counted from the first of each month (default 7). A live run waits
   * for at most one chunk.
   */
  chunk?: number;
  /** Archives landed and read at the same time (default 2). */
  concurrency?: number;
  /** Plan only. */
  dryRun?: boolean;
  /** Branch to fill (default main). */
  target?: string;
  /**
   * Skip archives whose chunk failed a gate in an earlier run of this kind, and mark those that fail now
   * (default false). An unattended run must not retry the same data again and again.
   */
  leaveBlocked?: boolean;
  /**
   * An operator's answer to chunks that a gate stopped: they are merged although gates fail. Files that go
   * through Kafka are judged as always, since no operator has seen their records.
   */
  override?: { reason: string };
}

export type BackfillSettings = Required<Omit<BackfillInput, 'from' | 'to' | 'override'>> &
  Pick<BackfillInput, 'override'> & { from: string; to: string };

export const BACKFILL_LIMITS = { chunk_days: 31, concurrency: 8, range_days: 40 * 366 };

/**
 * The input with its defaults.
 *
 * @throws BackfillInputError that names every mistake; InvalidIntervalError for an invalid bound.
 */
export function backfillSettings(input: BackfillInput, nominalDay?: string): BackfillSettings {
  const settings: BackfillSettings = { ...withDefaults(input), ...rangeOf(input, nominalDay) };
  const problems = problemsIn(settings).filter((problem) => problem !== '');
  if (problems.length > 0) throw new BackfillInputError(problems);
  return settings;
}

function withDefaults({
  pipeline,
  mode = 'missing',
  order = 'newest',
  chunk = 7,
  concurrency = 2,
  dryRun = false,
  target = 'main',
  leaveBlocked = false,
  override,
}: BackfillInput): Omit<BackfillSettings, 'from' | 'to'> {
  const settings = { pipeline, mode, order, chunk, concurrency, dryRun, target, leaveBlocked };
  return override ? { ...settings, override } : settings;
}

function rangeOf({ from, to }: BackfillInput, nominalDay = 'nothing'): { from: string; to: string } {
  const from_ms = parseInstant(from ?? nominalDay, 'from');
  const isOneDay = to === undefined && from === undefined;
  const to_ms = isOneDay ? from_ms + DAY_MS : parseInstant(to ?? 'nothing', 'to');
  return { from: new Date(from_ms).toISOString(), to: new Date(to_ms).toISOString() };
}

/** Every mistake; an empty text for what is right. */
function problemsIn({ from, to, mode, order, chunk, concurrency, override }: BackfillSettings): string[] {
  const length_ms = Date.parse(to) - Date.parse(from);
  const { range_days, chunk_days } = BACKFILL_LIMITS;
  return [
    length_ms > 0 ? '' : 'to: expected a time after from',
    length_ms <= range_days * DAY_MS ? '' : `range: expected at most ${range_days} days`,
    ['missing', 'failed', 'all'].includes(mode) ? '' : `mode: expected missing, failed or all, found ${mode}`,
    ['newest', 'oldest'].includes(order) ? '' : `order: expected newest or oldest, found ${order}`,
    isWhole(chunk, chunk_days) ? '' : `chunk: expected 1 to ${chunk_days} days, found ${chunk}`,
    concurrencyProblem(concurrency) ?? '',
    override && !override.reason?.trim() ? 'override: expected a reason, found nothing' : '',
  ];
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
 * One report's day (of the source's clock) in the lake and the listings. Counts are of intervals in the
 * range.
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
  /** Missing intervals with a trusted file in the newest listing, in Kafka or not: the lane brings them. */
  awaited: number;
}

/** An archive in the plan. */
export interface KnownArchive extends ArchiveFile {
  /** Read before. */
  landed: boolean;
  /** The ledger has it. */
  merged: boolean;
  /** Its files that were not trusted. */
  quarantined: number;
  /** Its chunk failed a gate in an unattended run. */
  blocked: boolean;
}

export interface BackfillChunk {
  from: string;
  to: string;
  archives: ArchiveFile[];
}

export interface BackfillPlan {
  /** Range of the newest listing to ingest file by file through Kafka; null when nothing is new there. */
  current: { from: string; to: string } | null;
  chunks: BackfillChunk[];
  /** By report. */
  reports: Record<string, Completeness>;
  /** Names of archives that would fill something and were left to an operator (see `leaveBlocked`). */
  blocked: string[];
}

/** Intervals of a range, by state. */
export interface Completeness {
  expected: number;
  present: number;
  /** Missing although every archive that should hold them is in the lake: the source's own gaps. */
  sourceGaps: number;
  /** Missing, and no listed archive or trusted file holds them. */
  unavailable: number;
}

/**
 * Intervals missing in the lake but obtainable: to be fetched, waiting in Kafka for the lane, or left to an
 * operator.
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
