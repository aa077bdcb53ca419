import { zipSync } from 'fflate';
import { DAY_MS, INTERVAL_MS, MINUTE_MS, nameStamp } from './nemStamp';
import type { Plan } from './plan';
import type { PlannedFile } from './plannedFile';
import { fileNameOf, REPORT_FOLDERS, type SiteFile } from './siteFile';

/**
 * The daily files of `/Reports/ARCHIVE/`: per report and calendar day of interval starts, a zip that holds the zips
 * published for it, DUPLICATE/ left out, as NEMWEB archives them. Listed at 01:00 the day after.
 */
export function archiveFiles(plan: Plan): SiteFile[] {
  const days = new Map<string, PlannedFile[]>();
  for (const file of plan.files.filter(isArchived)) {
    const day_nem_ms = Math.floor((file.interval_end_nem_ms - INTERVAL_MS) / DAY_MS) * DAY_MS;
    const key = `${file.report}|${day_nem_ms}`;
    days.set(key, [...(days.get(key) ?? []), file]);
  }
  return [...days].map(([key, files]) => dailyZip(files[0]!.report, Number(key.split('|')[1]), files));
}

function isArchived(file: PlannedFile): boolean {
  return (file.report === 'DISPATCHSCADA' || file.report === 'DISPATCHIS') && !file.path.includes('/DUPLICATE/');
}

function dailyZip(report: PlannedFile['report'], day_nem_ms: number, files: readonly PlannedFile[]): SiteFile {
  // A fixed date keeps the bytes alike from run to run and place to place.
  const members = Object.fromEntries(files.map((file) => [fileNameOf(file), file.bytes]));
  const bytes = Buffer.from(zipSync(members, { level: 0, mtime: new Date(2000, 0, 1) }));
  const path = `/Reports/ARCHIVE/${REPORT_FOLDERS[report]}/PUBLIC_${report}_${nameStamp(day_nem_ms, 8)}.zip`;
  return { path, bytes, published_nem_ms: day_nem_ms + DAY_MS + 60 * MINUTE_MS };
}
