import type { BackfillChunk, BackfillPlan, BackfillSettings, Completeness, KnownArchive, ReportDay } from './backfill';
import { isoSeconds } from './interval';
import type { ArchiveFile } from './source';

const DAY_MS = 86_400_000;
const FINEST_FIRST: ArchiveFile['kind'][] = ['daily', 'weekly', 'monthly'];

/**
 * What to fetch so that the range becomes complete. A day is filled from a packed archive where one is listed, since
 * one request then does for 288; else from the newest listing; else from the monthly archive.
 */
export function planBackfill(settings: BackfillSettings, days: ReportDay[], archives: KnownArchive[]): BackfillPlan {
  const chosen = new Map<string, KnownArchive>();
  const fromListing: ReportDay[] = [];
  const reports = counted(days);
  for (const day of days.filter((candidate) => isWanted(settings, candidate))) {
    const holders = archives.filter((file) => holds(file, day));
    const finest = finestOf(holders);
    const useful = finest.filter((file) => isUseful(settings, file));
    for (const file of useful) chosen.set(file.url, file);
    if (useful.length > 0) continue;
    const lacking = day.expected - day.present;
    if (day.unseen > 0 && settings.mode !== 'failed') fromListing.push(day);
    else reports[day.report]![finest.length > 0 ? 'sourceGaps' : 'unavailable'] += lacking;
  }
  return { reports, current: spanOf(fromListing), chunks: chunksOf(settings, [...chosen.values()]) };
}

function isWanted({ mode }: BackfillSettings, { expected, present }: ReportDay): boolean {
  return mode !== 'missing' || present < expected;
}

function holds(file: ArchiveFile, day: ReportDay): boolean {
  return file.report === day.report && Date.parse(file.from) < Date.parse(day.to) && Date.parse(file.to) > Date.parse(day.from);
}

/** A month's table in several parts, or the several tables of one report, are one kind and go together. */
function finestOf(holders: KnownArchive[]): KnownArchive[] {
  const kind = FINEST_FIRST.find((candidate) => holders.some((file) => file.kind === candidate));
  return holders.filter((file) => file.kind === kind);
}

function isUseful({ mode }: BackfillSettings, { landed, merged, quarantined }: KnownArchive): boolean {
  if (mode === 'all') return true;
  return mode === 'failed' ? (landed && !merged) || quarantined > 0 : !merged;
}

function spanOf(days: ReportDay[]): BackfillPlan['current'] {
  if (days.length === 0) return null;
  const from_ms = Math.min(...days.map(({ from }) => Date.parse(from)));
  return { from: isoSeconds(from_ms), to: isoSeconds(Math.max(...days.map(({ to }) => Date.parse(to)))) };
}

/** Chunks are aligned to a fixed day, not to the range: the same archive always travels with the same neighbours. */
function chunksOf({ chunk, order }: BackfillSettings, archives: ArchiveFile[]): BackfillChunk[] {
  const length_ms = chunk * DAY_MS;
  const groups = new Map<number, ArchiveFile[]>();
  for (const file of archives) {
    const start_ms = Math.floor(Date.parse(file.from) / length_ms) * length_ms;
    groups.set(start_ms, [...(groups.get(start_ms) ?? []), file]);
  }
  const oldestFirst = [...groups].sort(([a], [b]) => a - b).map(([, files]) => ({
    from: files.map(({ from }) => from).sort()[0]!, to: files.map(({ to }) => to).sort().at(-1)!, archives: files.sort((a, b) => a.url.localeCompare(b.url)),
  }));
  return order === 'oldest' ? oldestFirst : oldestFirst.reverse();
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
