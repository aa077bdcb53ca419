import type { PoliteHttp } from '../../../clients/http/politeHttp';
import { SourceFileMissingError } from '../../../clients/http/politeHttpErrors';
import type { MetadataFileKind, ReadMetadata } from '../../../core/source';
import { unitsFromArchive } from './archiveUnits';
import {
  METADATA_TABLES,
  monthlyTableUrls,
  monthsToTry,
  type ArchiveMonth,
  type MetadataTable,
} from './monthlyArchive';
import { readDuAlloc, readDuDetailSummary, readGenUnits, readStations } from './monthlyTables';
import { readRegionCsv } from './regionCsv';
import { NEM_REGIONS } from './regions';
import { readRegistrationWorkbook } from './registrationWorkbook';
import { readUnitCsv } from './unitCsv';
import type { MetadataProblem, RegionMetadata, UnitMetadata } from './unitMetadata';
import { MonthlyArchiveMissingError } from './archiveErrors';
import { extractReport } from '../source/reportZip';

export interface GivenFile {
  kind: MetadataFileKind;
  name: string;
  bytes: Buffer;
}

/** Reads what an operator gave; regions that nobody gave are the market's five. */
export async function readGivenFiles(files: GivenFile[]): Promise<ReadMetadata> {
  const units: UnitMetadata[] = [];
  const problems: string[] = [];
  let regions: RegionMetadata[] = [...NEM_REGIONS];
  for (const { kind, name, bytes } of files) {
    if (kind === 'region-csv') {
      const read = readRegionCsv(bytes, name);
      regions = read.regions;
      problems.push(...texts(name, read.problems));
      continue;
    }
    const read = kind === 'workbook' ? await readRegistrationWorkbook(bytes, name) : readUnitCsv(bytes, name);
    units.push(...read.units);
    problems.push(...texts(name, read.problems));
  }
  return {
    units: asRows(units),
    regions: asRows(regions),
    sourceName: files.map(({ name }) => name).join(', '),
    problems,
  };
}

/**
 * Fetches the unit tables of the newest month that has them: registration tables can lag by up to three
 * months.
 */
export async function fetchArchivedUnits(
  http: PoliteHttp,
  siteUrl: string,
  now_ms: number,
  signal: AbortSignal,
): Promise<ReadMetadata> {
  const months = monthsToTry(now_ms);
  for (const month of months) {
    const tables = await fetchMonth(http, siteUrl, month, signal);
    if (!tables) continue;
    const source = `MMSDM ${month}`;
    const { units, problems } = unitsFromArchive({
      duDetails: readDuDetailSummary(...tables.DUDETAILSUMMARY!),
      stations: readStations(...tables.STATION!),
      genUnits: tables.GENUNITS && readGenUnits(...tables.GENUNITS),
      allocations: tables.DUALLOC && readDuAlloc(...tables.DUALLOC),
      source,
    });
    return {
      units: asRows(units),
      regions: asRows([...NEM_REGIONS]),
      sourceName: source,
      problems: texts(source, problems),
    };
  }
  throw new MonthlyArchiveMissingError(siteUrl, months);
}

type FetchedTables = Partial<Record<MetadataTable, [Buffer, string]>>;

async function fetchMonth(
  http: PoliteHttp,
  siteUrl: string,
  month: ArchiveMonth,
  signal: AbortSignal,
): Promise<FetchedTables | null> {
  const found: FetchedTables = {};
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

function texts(source: string, problems: MetadataProblem[]): string[] {
  return problems.map(
    ({ line, problem, text }) => `${source}, line ${line}: ${problem}: ${text.slice(0, 120)}`,
  );
}

function asRows(rows: object[]): Record<string, unknown>[] | null {
  return rows.length === 0 ? null : (rows as Record<string, unknown>[]);
}
