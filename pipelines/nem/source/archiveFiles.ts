import { DAY_MS } from '../../../core/interval';
import { REPORT_SOURCES, type ReportSource } from './reportFiles';
import { fileStampInstant } from '../time';

/** Tables of the monthly archive that the pipeline reads, and the report whose intervals each fills. */
const MONTHLY_TABLES: Record<string, ReportSource['report']> = {
  DISPATCH_UNIT_SCADA: 'DISPATCHSCADA',
  DISPATCHPRICE: 'DISPATCHIS',
  DISPATCHREGIONSUM: 'DISPATCHIS',
  DISPATCHINTERCONNECTORRES: 'DISPATCHIS',
  DISPATCHCASESOLUTION: 'DISPATCHIS',
  ROOFTOP_PV_ACTUAL: 'ROOFTOP',
  TRADINGPRICE: 'TRADINGIS',
};

/**
 * What one archive file covers, by its name: intervals that END in (from_ms, to_ms], UTC instants. The names
 * of the files packed inside decide in the end; this tells which archive to open.
 */
export interface ArchiveCoverage {
  kind: 'daily' | 'weekly' | 'monthly';
  from_ms: number;
  to_ms: number;
  /** Report whose intervals it fills; undefined when the pipeline uses neither it nor the table. */
  report?: ReportSource['report'];
  /** Table of a monthly file, such as DISPATCH_UNIT_SCADA, and which of its parts (1 when not split). */
  table?: string;
  part?: number;
}

/**
 * The archives by their names:
 * - daily zips of about 288 zips: `PUBLIC_DISPATCHSCADA_YYYYMMDD.zip`;
 * - weekly ones: `..._YYYYMMDD_YYYYMMDD.zip`, both days included, or rooftop's `..._YYYYMMDD.zip`, which
 *   begins a week;
 * - tables of the monthly archive: `PUBLIC_DVD_<table>_YYYYMM010000.zip` to July 2024,
 *   `PUBLIC_ARCHIVE#<table>#FILE01#YYYYMM010000.zip` since.
 */
export function parseArchiveName(name: string): ArchiveCoverage | undefined {
  const plain = name.replace(/%25/g, '%').replace(/%23/g, '#');
  return parseMonthly(plain) ?? parsePacked(plain);
}

/** The last interval of a month ends at 00:00 of the next one and lies in the month's file. */
function parseMonthly(name: string): ArchiveCoverage | undefined {
  const old = /^PUBLIC_DVD_(?<table>[A-Z0-9_]+?)_(?<month>\d{6})010000\.(?:zip|csv)$/i.exec(name);
  const groups = (
    old ??
    /^PUBLIC_ARCHIVE#(?<table>[A-Z0-9_]+)#FILE(?<part>\d{2,3})#(?<month>\d{6})010000\.(?:zip|csv)$/i.exec(
      name,
    )
  )?.groups;
  const from_ms = groups && fileStampInstant(`${groups.month}01`);
  if (!groups || from_ms === undefined) return undefined;
  const table = groups.table!.toUpperCase();
  return {
    kind: 'monthly',
    report: MONTHLY_TABLES[table],
    table,
    part: Number(groups.part ?? 1),
    from_ms,
    to_ms: nextMonth(groups.month!),
  };
}

function parsePacked(name: string): ArchiveCoverage | undefined {
  const found = /^PUBLIC_(?<report>[A-Z0-9_]+?)_(?<first>\d{8})(?:_(?<last>\d{8}))?\.zip$/i.exec(
    name,
  )?.groups;
  const from_ms = found && fileStampInstant(found.first!);
  const last_ms = found?.last ? fileStampInstant(found.last) : from_ms;
  if (!found || from_ms === undefined || last_ms === undefined || last_ms < from_ms) return undefined;
  const source = REPORT_SOURCES.find(({ headerReports }) =>
    headerReports.includes(found.report!.toUpperCase()),
  );
  const isWeek = found.last !== undefined || source?.report === 'ROOFTOP';
  const to_ms = isWeek && !found.last ? from_ms + 7 * DAY_MS : last_ms + DAY_MS;
  return { kind: isWeek ? 'weekly' : 'daily', report: source?.report, from_ms, to_ms };
}

function nextMonth(month: string): number {
  const year = Number(month.slice(0, 4));
  const index = Number(month.slice(4));
  const [nextYear, next] = index === 12 ? [year + 1, 1] : [year, index + 1];
  return fileStampInstant(`${nextYear}${String(next).padStart(2, '0')}01`)!;
}
