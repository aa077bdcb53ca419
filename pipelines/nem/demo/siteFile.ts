/**
 * A file on the site. `path` begins with `/`; `published_nem_ms` is when it appears and what the listing
 * states.
 */
export interface SiteFile {
  path: string;
  bytes: Buffer;
  published_nem_ms: number;
}

/** Where NEMWEB keeps the reports the look-alike knows, under `/Reports/CURRENT/`. */
export const REPORT_FOLDERS = {
  DISPATCHSCADA: 'Dispatch_SCADA',
  DISPATCHIS: 'DispatchIS_Reports',
  ROOFTOP_PV_ACTUAL_MEASUREMENT: 'ROOFTOP_PV/ACTUAL',
  ROOFTOP_PV_ACTUAL_SATELLITE: 'ROOFTOP_PV/ACTUAL',
  TRADINGIS: 'TradingIS_Reports',
  P5MIN: 'P5_Reports',
  NEXT_DAY_DISPATCH: 'Next_Day_Dispatch',
  ROOFTOP_PV_FORECAST: 'ROOFTOP_PV/FORECAST',
} as const;

export type ReportName = keyof typeof REPORT_FOLDERS;

export function currentPath(report: ReportName, fileName: string, isDuplicate = false): string {
  return `/Reports/CURRENT/${REPORT_FOLDERS[report]}/${isDuplicate ? 'DUPLICATE/' : ''}${fileName}`;
}

export function archivePath(report: ReportName, fileName: string): string {
  return `/Reports/ARCHIVE/${REPORT_FOLDERS[report]}/${fileName}`;
}

/** The site's name of the file, the last part of its path. */
export function fileNameOf(file: Pick<SiteFile, 'path'>): string {
  return file.path.slice(file.path.lastIndexOf('/') + 1);
}
