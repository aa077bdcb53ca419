import type { Interval } from '../../../core/interval';
import { DAY_MS, isoSeconds } from '../../../core/interval';
import type { ArchiveFile } from '../../../core/source';
import { parseArchiveName, type ArchiveCoverage } from './archiveFiles';
import type { ListingEntry } from './listing';
import { monthFolder, type ArchiveMonth } from '../reference/monthlyArchive';
import { NEM_OFFSET_MS } from '../time';
import { REPORT_SOURCES, type ReportSource } from './reportFiles';

/** Reads one listing of the site; a missing folder is empty. */
export type ReadFolder = (url: string) => Promise<ListingEntry[]>;

/**
 * Archives with intervals of the range: packed days and weeks of `/Reports/ARCHIVE/`, and tables of the
 * monthly archive for months in which a packed day of a required report is missing.
 */
export async function listArchives(read: ReadFolder, site: string, range: Interval): Promise<ArchiveFile[]> {
  const packed = (
    await Promise.all(
      REPORT_SOURCES.filter(({ archiveFolder }) => archiveFolder !== undefined).map(async (source) =>
        packedOf(await read(`${site}${source.archiveFolder}`), source, range),
      ),
    )
  ).flat();
  const months = monthsLacking(packed, range);
  const monthly: ArchiveFile[] = [];
  for (const month of months) monthly.push(...monthlyOf(await read(monthFolder(site, month)), range));
  return [...packed, ...monthly];
}

function packedOf(entries: ListingEntry[], source: ReportSource, range: Interval): ArchiveFile[] {
  return inRange(entries, range, ({ kind, report }) => kind !== 'monthly' && report === source.report);
}

function monthlyOf(entries: ListingEntry[], range: Interval): ArchiveFile[] {
  return inRange(entries, range, ({ kind }) => kind === 'monthly');
}

function inRange(
  entries: ListingEntry[],
  range: Interval,
  isWanted: (coverage: ArchiveCoverage) => boolean,
): ArchiveFile[] {
  const [start_ms, end_ms] = [Date.parse(range.start), Date.parse(range.end)];
  return entries.flatMap((entry) => {
    const coverage = entry.isFolder ? undefined : parseArchiveName(entry.name);
    if (!coverage?.report || !isWanted(coverage) || coverage.to_ms <= start_ms || coverage.from_ms >= end_ms)
      return [];
    const { report, kind, from_ms, to_ms } = coverage;
    return [
      {
        report,
        name: entry.name,
        url: entry.url,
        kind,
        from: isoSeconds(from_ms),
        to: isoSeconds(to_ms),
        published_bytes: entry.bytes,
        published_at: entry.modifiedAtNem,
      },
    ];
  });
}

/**
 * Months (on the market's clock) in which some day of the range has no packed archive of a required report.
 */
function monthsLacking(packed: ArchiveFile[], range: Interval): ArchiveMonth[] {
  const months = new Set<ArchiveMonth>();
  const first_ms = Math.floor((Date.parse(range.start) + NEM_OFFSET_MS) / DAY_MS) * DAY_MS - NEM_OFFSET_MS;
  for (let day_ms = first_ms; day_ms < Date.parse(range.end); day_ms += DAY_MS) {
    if (REPORT_SOURCES.some(({ report, required }) => required && !covers(packed, report, day_ms)))
      months.add(new Date(day_ms + NEM_OFFSET_MS).toISOString().slice(0, 7) as ArchiveMonth);
  }
  return [...months];
}

function covers(packed: ArchiveFile[], report: string, day_ms: number): boolean {
  return packed.some(
    (file) =>
      file.report === report && Date.parse(file.from) <= day_ms && Date.parse(file.to) >= day_ms + DAY_MS,
  );
}
