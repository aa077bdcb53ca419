import fs from 'node:fs';
import path from 'node:path';
import { zippedReport } from './csvReport';
import { NoPublishedFilesError } from './errors';
import { nameStamp, nemNow, readNemStamp } from './nemStamp';
import { archivePath, currentPath, REPORT_FOLDERS, type ReportName, type SiteFile } from './siteFile';

const MMSDM_ROOT = '/Data_Archive/Wholesale_Electricity/MMSDM';
const PUBLISHED_ZIP = /^PUBLIC_([A-Z0-9_]+?)_(\d{12}|\d{14})_(\d{16}|\d{14})\.zip$/;
const MONTHLY_FILE = /^PUBLIC_(?:DVD_.+_|ARCHIVE(?:#|%23).+(?:#|%23))(\d{4})(\d{2})010000\.(?:zip|CSV)$/;
const ARCHIVE_ZIP = /^PUBLIC_(DISPATCHIS|DISPATCHSCADA|TRADINGIS)_\d{8}(?:_\d{8})?\.zip$/;
const HEAD_BYTES = 4096;

/**
 * The published files under a folder, at the paths NEMWEB gives them. Zips are known by name. CSV files are
 * zipped on the fly; one that was renamed gets its published name back from its C row (report, file id) and
 * its first SETTLEMENTDATE. All other files in the folder are ignored, `_LEGACY` republications included.
 *
 * @throws NoPublishedFilesError when there is none.
 */
export function publishedFilesIn(folder: string): SiteFile[] {
  const files = new Map<string, SiteFile>();
  // A zip as published is preferred to one made here from the CSV beside it.
  const found = filesUnder(folder).sort((a, b) => Number(/\.zip$/i.test(b)) - Number(/\.zip$/i.test(a)));
  for (const fullPath of found) {
    const file = siteFileOf(fullPath);
    if (file && !files.has(file.path)) files.set(file.path, file);
  }
  if (files.size === 0) throw new NoPublishedFilesError(folder);
  return [...files.values()];
}

/** Every file, however many and deep: links are not followed, so the walk ends. */
function filesUnder(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const fullPath = path.join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(fullPath) : [fullPath];
  });
}

function siteFileOf(fullPath: string): SiteFile | null {
  const name = path.basename(fullPath);
  if (/\.zip$/i.test(name)) return zipOf(fullPath, name);
  if (!/\.csv$/i.test(name)) return null;
  const monthly = monthlyPath(name);
  return monthly ? zippedCsv(fullPath, monthly) : renamedCsv(fullPath);
}

function zipOf(fullPath: string, name: string): SiteFile | null {
  const sitePath = monthlyPath(name) ?? archiveZipPath(name) ?? currentZipPath(fullPath, name);
  return sitePath === null
    ? null
    : lazyFile(sitePath, namedTime(name) ?? nemNow(fs.statSync(fullPath).mtimeMs), () =>
        fs.readFileSync(fullPath),
      );
}

/** The time a name states; a copied file's own time says when it was copied. */
function namedTime(name: string): number | null {
  const stamp = /_(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:\d{2})?[_.]/.exec(name);
  return stamp
    ? Date.UTC(
        Number(stamp[1]),
        Number(stamp[2]) - 1,
        Number(stamp[3]),
        Number(stamp[4] ?? 0),
        Number(stamp[5] ?? 0),
      )
    : null;
}

function currentZipPath(fullPath: string, name: string): string | null {
  const report = PUBLISHED_ZIP.exec(name)?.[1];
  const isDuplicate = path.basename(path.dirname(fullPath)).toUpperCase() === 'DUPLICATE';
  return report !== undefined && isReport(report) ? currentPath(report, name, isDuplicate) : null;
}

function archiveZipPath(name: string): string | null {
  const report = ARCHIVE_ZIP.exec(name)?.[1];
  return report !== undefined && isReport(report) ? archivePath(report, name) : null;
}

function monthlyPath(name: string): string | null {
  const month = MONTHLY_FILE.exec(name);
  if (!month) return null;
  const zipName = name.replaceAll('%23', '#').replace(/\.CSV$/i, '.zip');
  return `${MMSDM_ROOT}/${month[1]}/MMSDM_${month[1]}_${month[2]}/MMSDM_Historical_Data_SQLLoader/DATA/${zipName}`;
}

function renamedCsv(fullPath: string): SiteFile | null {
  const head = headOf(fullPath);
  const [, , report, , , , , file_id] = (head.split(/\r?\n/)[0] ?? '').split(',');
  const settled = /^D,[^"]*"(\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2})"/m.exec(head)?.[1];
  if (!head.startsWith('C,NEMP.WORLD,') || !report || !isReport(report) || !file_id || !settled) return null;
  return zippedCsv(
    fullPath,
    currentPath(
      report,
      `PUBLIC_${report}_${nameStamp(readNemStamp(settled), 12)}_${file_id.padStart(16, '0')}.zip`,
    ),
  );
}

function zippedCsv(fullPath: string, sitePath: string): SiteFile {
  const name = sitePath.slice(sitePath.lastIndexOf('/') + 1);
  const stamp = /^C,[^,]*,[^,]*,AEMO,PUBLIC,(\d{4}\/\d{2}\/\d{2}),(\d{2}:\d{2}:\d{2})/.exec(headOf(fullPath));
  const header_nem_ms = stamp ? readNemStamp(`${stamp[1]} ${stamp[2]}`) : 0;
  return lazyFile(sitePath, header_nem_ms, () =>
    zippedReport(name, fs.readFileSync(fullPath, 'latin1'), header_nem_ms),
  );
}

/** Reads the bytes on first use: a folder of real files can be larger than memory. */
function lazyFile(sitePath: string, published_nem_ms: number, read: () => Buffer): SiteFile {
  let held: Buffer | undefined;
  return {
    path: sitePath,
    published_nem_ms,
    get bytes() {
      return (held ??= read());
    },
  };
}

function headOf(fullPath: string): string {
  const descriptor = fs.openSync(fullPath, 'r');
  try {
    const buffer = Buffer.alloc(HEAD_BYTES);
    return buffer.toString('latin1', 0, fs.readSync(descriptor, buffer, 0, HEAD_BYTES, 0));
  } finally {
    fs.closeSync(descriptor);
  }
}

function isReport(report: string): report is ReportName {
  return Object.hasOwn(REPORT_FOLDERS, report);
}
