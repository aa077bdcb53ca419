import type {
  BackfillChunk,
  BackfillPlan,
  BackfillSettings,
  Completeness,
  KnownArchive,
  ReportDay,
} from './backfill';
import { type Interval } from './interval';
import type { ArchiveFile } from './source';

const FINEST_FIRST: ArchiveFile['kind'][] = ['daily', 'weekly', 'monthly'];

/**
 * The archives and files that complete the range. A day is filled from the finest archive with something new,
 * since one request then covers 288 or more intervals; else from the newest listing.
 */
export function planBackfill(
  settings: BackfillSettings,
  days: ReportDay[],
  archives: KnownArchive[],
): BackfillPlan {
  const chosen = new Map<string, KnownArchive>();
  const blocked = new Set<string>();
  const fromListing: Interval[] = [];
  const reports = counted(days);
  for (const day of days.filter((candidate) => isWanted(settings, candidate))) {
    const holders = finestOf(
      settings,
      archives.filter((file) => holds(file, day)),
    );
    for (const file of holders.filter((candidate) => isUseful(settings, candidate)))
      chosen.set(file.url, file);
    for (const { name } of holders.filter((candidate) => isLeft(settings, candidate))) blocked.add(name);
    if (holders.some((file) => chosen.has(file.url) || !file.merged)) continue;
    if (day.unseen && settings.mode !== 'failed') fromListing.push(day.unseen);
    reports[day.report]![holders.length > 0 ? 'sourceGaps' : 'unavailable'] += Math.max(
      0,
      day.expected - day.present - day.awaited,
    );
  }
  return {
    reports,
    current: spanOf(fromListing),
    chunks: chunksOf(settings, [...chosen.values()]),
    blocked: [...blocked].sort(),
  };
}

function isWanted({ mode }: BackfillSettings, { expected, present }: ReportDay): boolean {
  return mode !== 'missing' || present < expected;
}

function holds(file: ArchiveFile, day: ReportDay): boolean {
  return (
    file.report === day.report &&
    Date.parse(file.from) < Date.parse(day.to) &&
    Date.parse(file.to) > Date.parse(day.from)
  );
}

/**
 * A month's table in several parts, or the several tables of one report, are one kind and are taken together.
 * If a finer kind is in the lake and intervals of the day are still missing, a coarser kind may have them.
 */
function finestOf(settings: BackfillSettings, holders: KnownArchive[]): KnownArchive[] {
  const kinds = FINEST_FIRST.map((kind) => holders.filter((file) => file.kind === kind)).filter(
    (files) => files.length > 0,
  );
  return (
    kinds.find((files) => files.some((file) => isUseful(settings, file) || isLeft(settings, file))) ??
    kinds[0] ??
    []
  );
}

function isUseful(settings: BackfillSettings, file: KnownArchive): boolean {
  const [{ mode }, { landed, merged, quarantined }] = [settings, file];
  if (isLeft(settings, file)) return false;
  if (mode === 'all') return true;
  return mode === 'failed' ? (landed && !merged) || quarantined > 0 : !merged;
}

function isLeft({ leaveBlocked }: BackfillSettings, { blocked, merged }: KnownArchive): boolean {
  return leaveBlocked && blocked && !merged;
}

function spanOf(intervals: Interval[]): BackfillPlan['current'] {
  if (intervals.length === 0) return null;
  return {
    from: intervals.map(({ start }) => start).sort()[0]!,
    to: intervals
      .map(({ end }) => end)
      .sort()
      .at(-1)!,
  };
}

/** Aligned to months, not to the range: the same archive always travels with the same neighbours. */
function chunksOf({ chunk, order }: BackfillSettings, archives: ArchiveFile[]): BackfillChunk[] {
  const groups = new Map<number, ArchiveFile[]>();
  for (const file of archives) {
    const start_ms = chunkStart_ms(file, chunk);
    groups.set(start_ms, [...(groups.get(start_ms) ?? []), file]);
  }
  const oldestFirst = [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, files]) => ({
      from: files.map(({ from }) => from).sort()[0]!,
      to: files
        .map(({ to }) => to)
        .sort()
        .at(-1)!,
      archives: files.sort((a, b) => a.url.localeCompare(b.url)),
    }));
  return order === 'oldest' ? oldestFirst : oldestFirst.reverse();
}

/**
 * The month of an archive is the one of its middle: a day or a month of any time zone starts up to half a day
 * from the start in UTC.
 */
function chunkStart_ms({ from, to }: ArchiveFile, chunk: number): number {
  const middle = new Date((Date.parse(from) + Date.parse(to)) / 2);
  const chunkOfMonth = Math.floor((middle.getUTCDate() - 1) / chunk);
  return Date.UTC(middle.getUTCFullYear(), middle.getUTCMonth(), 1 + chunkOfMonth * chunk);
}

function counted(days: ReportDay[]): Record<string, Completeness> {
  const reports: Record<string, Completeness> = {};
  for (const { report, expected, present } of days) {
    const known = (reports[report] ??= { expected: 0, present: 0, sourceGaps: 0, unavailable: 0 });
    known.expected += expected;
    known.present += Math.min(present, expected);
  }
  return reports;
}
