import type { PoliteHttp } from '../../../clients/http/politeHttp';
import { SourceFileMissingError } from '../../../clients/http/errors';
import type { ReadReference } from '../../../core/reference';
import { extractReport } from '../source/reportZip';
import { MonthlyArchiveMissingError } from './archiveErrors';
import { regionsFromArchive } from './archiveRegions';
import { unitsFromArchive } from './archiveUnits';
import { interconnectorsFromArchive, NEM_INTERCONNECTORS } from './interconnectors';
import { limitsFromArchive } from './marketLimits';
import {
  METADATA_TABLES,
  monthlyTableUrls,
  monthsToTry,
  type ArchiveMonth,
  type MetadataTable,
} from './monthlyArchive';
import {
  readDuAlloc,
  readDuDetail,
  readDuDetailSummary,
  readGenUnits,
  readInterconnectorDates,
  readInterconnectors,
  readPriceThresholds,
  readRegions,
  readStations,
} from './monthlyTables';
import { asReadReference, type ReferenceRead } from './readReference';
import type { MetadataProblem } from './unitMetadata';

export type ArchiveFiles = Partial<Record<MetadataTable, [Buffer, string]>>;

/**
 * Fetches the reference tables of the newest month that has them: registration tables can lag by up to three
 * months.
 */
export async function fetchArchivedUnits(
  http: PoliteHttp,
  siteUrl: string,
  now_ms: number,
  signal: AbortSignal,
): Promise<ReadReference> {
  const months = monthsToTry(now_ms);
  for (const month of months) {
    const files = await fetchMonth(http, siteUrl, month, signal);
    if (files) return asReadReference(readArchive(files, `MMSDM ${month}`), `MMSDM ${month}`, now_ms);
  }
  throw new MonthlyArchiveMissingError(siteUrl, months);
}

/** Reference rows out of a month's tables; missing tables leave the built-in values. */
export function readArchive(files: ArchiveFiles, source: string): ReferenceRead {
  const found: Partial<Record<MetadataTable, MetadataProblem[]>> = {};
  const lists = (table: MetadataTable) => (found[table] ??= []);
  const rows = <T>(table: MetadataTable, reader: (bytes: Buffer, name: string) => T[]): T[] =>
    files[table] ? reader(...files[table]) : [];
  const { units, problems } = unitsFromArchive({
    duDetails: rows('DUDETAILSUMMARY', readDuDetailSummary),
    stations: rows('STATION', readStations),
    capacities: rows('DUDETAIL', readDuDetail),
    genUnits: rows('GENUNITS', readGenUnits),
    allocations: rows('DUALLOC', readDuAlloc),
    source,
  });
  const regions = regionsFromArchive(units, rows('REGION', readRegions), source, lists('REGION'));
  const links = rows('INTERCONNECTOR', readInterconnectors);
  const dates = rows('INTERCONNECTORCONSTRAINT', readInterconnectorDates);
  const thresholds = rows('MARKET_PRICE_THRESHOLDS', readPriceThresholds);
  const interconnectors =
    links.length > 0
      ? interconnectorsFromArchive(links, dates, regions, source, lists('INTERCONNECTOR'))
      : NEM_INTERCONNECTORS;
  const limits = limitsFromArchive(thresholds, source, lists('MARKET_PRICE_THRESHOLDS'));
  const places = Object.entries(found).map(([table, list]) => [`${source} ${table}`, list] as const);
  return {
    units,
    regions,
    interconnectors,
    limits,
    problems: [[source, problems] as const, ...places].flatMap(([place, list]) =>
      list.map((problem) => ({ source: place, problem })),
    ),
  };
}

async function fetchMonth(
  http: PoliteHttp,
  siteUrl: string,
  month: ArchiveMonth,
  signal: AbortSignal,
): Promise<ArchiveFiles | null> {
  const found: ArchiveFiles = {};
  for (const table of METADATA_TABLES) {
    found[table] = await fetchTable(http, monthlyTableUrls(siteUrl, table, month), signal);
    if (!found[table] && (table === 'DUDETAILSUMMARY' || table === 'STATION')) return null;
  }
  return found;
}

async function fetchTable(
  http: PoliteHttp,
  urls: string[],
  signal: AbortSignal,
): Promise<[Buffer, string] | undefined> {
  for (const url of urls) {
    try {
      const { bytes } = await http.get(url, { signal });
      const name = decodeURIComponent(decodeURIComponent(url.slice(url.lastIndexOf('/') + 1)));
      return [(await extractReport(bytes, name)).bytes, name];
    } catch (error) {
      if (!(error instanceof SourceFileMissingError)) throw error;
    }
  }
  return undefined;
}
