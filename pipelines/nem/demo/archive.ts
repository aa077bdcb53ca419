import { zipSync } from 'fflate';
import { DAY_MS, INTERVAL_MS, MINUTE_MS, nameStamp } from './nemStamp';
import type { Plan } from './plan';
import type { PlannedFile } from './plannedFile';
import { archivePath, fileNameOf, type SiteFile } from './siteFile';

/** What an archived report's zip covers: calendar days of interval starts, or weeks of stamps in names. */
const DAYS_PACKED: Partial<Record<PlannedFile['report'], number>> = {
  DISPATCHSCADA: 1,
  DISPATCHIS: 1,
  ROOFTOP_PV_ACTUAL_MEASUREMENT: 7,
  ROOFTOP_PV_ACTUAL_SATELLITE: 7,
};

/**
 * The packed files of `/Reports/ARCHIVE/`: per report and day (rooftop: week) a zip that holds the zips
 * published for it, DUPLICATE/ left out, as NEMWEB archives them. Listed at 01:00 the day after.
 */
export function archiveFiles(plan: Plan): SiteFile[] {
  const spans = new Map<string, PlannedFile[]>();
  for (const file of plan.files.filter(isArchived)) {
    const span_ms = DAYS_PACKED[file.report]! * DAY_MS;
    const start_nem_ms = Math.floor((file.interval_end_nem_ms - INTERVAL_MS) / span_ms) * span_ms;
    const key = `${file.report}|${start_nem_ms}`;
    spans.set(key, [...(spans.get(key) ?? []), file]);
  }
  return [...spans].map(([key, files]) => packed(files[0]!.report, Number(key.split('|')[1]), files));
}

function isArchived(file: PlannedFile): boolean {
  return file.report in DAYS_PACKED && !file.path.includes('/DUPLICATE/');
}

function packed(
  report: PlannedFile['report'],
  start_nem_ms: number,
  files: readonly PlannedFile[],
): SiteFile {
  // A fixed date keeps the bytes alike from run to run and place to place.
  const members = Object.fromEntries(files.map((file) => [fileNameOf(file), file.bytes]));
  const bytes = Buffer.from(zipSync(members, { level: 0, mtime: new Date(2000, 0, 1) }));
  const path = archivePath(report, `PUBLIC_${report}_${nameStamp(start_nem_ms, 8)}.zip`);
  return { path, bytes, published_nem_ms: start_nem_ms + DAYS_PACKED[report]! * DAY_MS + 60 * MINUTE_MS };
}
