import { DAY_MS } from '../../../core/interval';
import {
  FIVE_MINUTES_MS,
  fileStampInstant,
  formatNemStamp,
  HALF_HOUR_MS,
  TRADING_DAY_START_MS,
} from '../time';

/**
 * One kind of file the site lists, as data. Folders lie under the site's root; `DUPLICATE/` lies under each
 * folder.
 */
export interface ReportSource {
  report:
    | 'DISPATCHSCADA'
    | 'DISPATCHIS'
    | 'ROOFTOP'
    | 'TRADINGIS'
    | 'NEXT_DAY_DISPATCH'
    | 'P5MIN'
    | 'ROOFTOP_FORECAST';
  /** Newest files: two days of 5-minute reports, fourteen of rooftop. */
  folder: string;
  /** Older files packed by day or week, for about a year; none where the folder itself keeps them so long. */
  archiveFolder?: string;
  /** Report names a file's own C row may carry. */
  headerReports: readonly string[];
  /** Without the extension and the fixed start: groups `stamp` and `id`. */
  name: RegExp;
  /** Length of the interval its rows are about. */
  step_ms: number;
  /** From the interval's end to the stamp in the file name; negative where the stamp is the day's start. */
  stampAfterEnd_ms: number;
  /** A file every interval must have; others are taken if present. */
  required: boolean;
  /** How old a listing may be for a live interval (default: that of one poll); no run waits for its files. */
  listingAge_ms?: number;
  topics: readonly string[];
}

/**
 * DISPATCH names carry the interval's end and appear 10 to 30 s after the interval begins. ROOFTOP names
 * carry the time of publication. In the listing of 20 April 2026 each of 1344 files appears 0 to 28 minutes
 * AFTER its stamp. Rows are computed 19 to 20 minutes after their interval's end (LASTCHANGED), so the stamp
 * cannot be that end. Published files stamped 20:00, 08:00 and 09:00 hold the intervals ending 19:30, 07:30
 * and 08:30.
 */
export const REPORT_SOURCES: readonly ReportSource[] = [
  {
    report: 'DISPATCHSCADA',
    folder: '/Reports/CURRENT/Dispatch_SCADA/',
    archiveFolder: '/Reports/ARCHIVE/Dispatch_SCADA/',
    headerReports: ['DISPATCHSCADA'],
    name: /^PUBLIC_DISPATCHSCADA_(?<stamp>\d{12})_(?<id>\d{8,20})\.zip$/i,
    step_ms: FIVE_MINUTES_MS,
    stampAfterEnd_ms: 0,
    required: true,
    topics: ['nem_dispatch'],
  },
  {
    report: 'DISPATCHIS',
    folder: '/Reports/CURRENT/DispatchIS_Reports/',
    archiveFolder: '/Reports/ARCHIVE/DispatchIS_Reports/',
    headerReports: ['DISPATCHIS'],
    name: /^PUBLIC_DISPATCHIS_(?<stamp>\d{12})_(?<id>\d{8,20})\.zip$/i,
    step_ms: FIVE_MINUTES_MS,
    stampAfterEnd_ms: 0,
    required: true,
    topics: ['nem_price', 'nem_region', 'nem_interconnector', 'nem_case'],
  },
  {
    report: 'ROOFTOP',
    folder: '/Reports/CURRENT/ROOFTOP_PV/ACTUAL/',
    archiveFolder: '/Reports/ARCHIVE/ROOFTOP_PV/ACTUAL/',
    headerReports: ['ROOFTOP_PV_ACTUAL', 'ROOFTOP_PV_ACTUAL_MEASUREMENT', 'ROOFTOP_PV_ACTUAL_SATELLITE'],
    name: /^PUBLIC_ROOFTOP_PV_ACTUAL(?:_MEASUREMENT|_SATELLITE)?_(?<stamp>\d{14})_(?<id>\d{8,20})\.zip$/i,
    step_ms: HALF_HOUR_MS,
    stampAfterEnd_ms: HALF_HOUR_MS,
    required: false,
    topics: ['nem_rooftop'],
  },
  {
    report: 'TRADINGIS',
    folder: '/Reports/CURRENT/TradingIS_Reports/',
    archiveFolder: '/Reports/ARCHIVE/TradingIS_Reports/',
    headerReports: ['TRADINGIS'],
    name: /^PUBLIC_TRADINGIS_(?<stamp>\d{12})_(?<id>\d{8,20})\.zip$/i,
    step_ms: FIVE_MINUTES_MS,
    stampAfterEnd_ms: 0,
    required: false,
    listingAge_ms: 60_000,
    topics: ['nem_trading_price'],
  },
  {
    // Named by its trading day, published ten minutes after that has ended, and kept for 395 days.
    report: 'NEXT_DAY_DISPATCH',
    folder: '/Reports/CURRENT/Next_Day_Dispatch/',
    headerReports: ['NEXT_DAY_DISPATCH'],
    name: /^PUBLIC_NEXT_DAY_DISPATCH_(?<stamp>\d{8})_(?<id>\d{8,20})\.zip$/i,
    step_ms: DAY_MS,
    stampAfterEnd_ms: -DAY_MS - TRADING_DAY_START_MS,
    required: false,
    listingAge_ms: 600_000,
    topics: ['nem_unit_solution'],
  },
  {
    // A day of the archive is 54 MB of which 0.5 % are prices of regions: past forecasts are not fetched.
    report: 'P5MIN',
    folder: '/Reports/CURRENT/P5_Reports/',
    headerReports: ['P5MIN'],
    name: /^PUBLIC_P5MIN_(?<stamp>\d{12})_(?<id>\d{14})\.zip$/i,
    step_ms: FIVE_MINUTES_MS,
    stampAfterEnd_ms: 0,
    required: false,
    listingAge_ms: 60_000,
    topics: ['nem_price_forecast'],
  },
  {
    report: 'ROOFTOP_FORECAST',
    folder: '/Reports/CURRENT/ROOFTOP_PV/FORECAST/',
    headerReports: ['ROOFTOP_PV_FORECAST'],
    name: /^PUBLIC_ROOFTOP_PV_FORECAST_(?<stamp>\d{14})_(?<id>\d{8,20})\.zip$/i,
    step_ms: HALF_HOUR_MS,
    stampAfterEnd_ms: 0,
    required: false,
    listingAge_ms: 300_000,
    topics: ['nem_rooftop_forecast'],
  },
];

/** Stray republished files: extra copies of an interval, read like any other. */
export const DUPLICATE_FOLDER = 'DUPLICATE/';

export interface ReportFileName {
  source: ReportSource;
  /** End of the interval its name speaks of: instant in UTC, and NEM stamp `YYYY/MM/DD HH:MM:SS`. */
  intervalEnd_ms: number;
  intervalEndNem: string;
  fileId: string;
}

/** The parts of a file's name, or undefined for a name that is not ours. */
export function parseReportFileName(name: string): ReportFileName | undefined {
  for (const source of REPORT_SOURCES) {
    const { stamp, id } = source.name.exec(name)?.groups ?? {};
    const stamp_ms = stamp === undefined ? undefined : fileStampInstant(stamp);
    if (stamp_ms === undefined) continue;
    const intervalEnd_ms = stamp_ms - source.stampAfterEnd_ms;
    return {
      source,
      intervalEnd_ms,
      intervalEndNem: formatNemStamp(intervalEnd_ms),
      fileId: id!.padStart(20, '0'),
    };
  }
  return undefined;
}

/** @returns the source of a report such as `DISPATCHIS`. */
export function reportSource(report: string): ReportSource | undefined {
  return REPORT_SOURCES.find((source) => source.report === report);
}
