import { ReportParser, type ReportTable } from '../source/reportParser';
import { MetadataColumnsError, MetadataFormatError } from './errors';

/** Values by column name; empty cells are null, values are trimmed. */
export type TableRow<C extends string> = Record<C, string | null>;

/**
 * The rows of one table of a monthly file (the CSV, not its zip), with the columns asked for.
 *
 * @param keys the table's names, `<report>.<subtype>`; any version.
 * @throws UntrustedFileError when the file is not whole; MetadataFormatError when it holds no such table;
 *   MetadataColumnsError when a required column is missing.
 */
export function readMonthlyTable<R extends string, O extends string = never>(
  bytes: Buffer,
  fileName: string,
  keys: readonly string[],
  required: readonly R[],
  optional: readonly O[] = [],
): TableRow<R | O>[] {
  const rows: TableRow<R | O>[] = [];
  const found: string[] = [];
  const parser = new ReportParser(fileName, (table: ReportTable) => {
    found.push(table.key);
    if (!keys.includes(table.key)) return undefined;
    const missing = required.filter((column) => !table.columns.includes(column));
    if (missing.length > 0)
      throw new MetadataColumnsError(`${fileName} (${table.key})`, missing, table.columns);
    const picked = [...required, ...optional].map(
      (column) => [column, table.columns.indexOf(column)] as const,
    );
    return (row) =>
      void rows.push(
        Object.fromEntries(
          picked.map(([column, index]) => [column, row.cells[index]?.trim() || null]),
        ) as TableRow<R | O>,
      );
  });
  parser.write(bytes);
  parser.end();
  if (!found.some((key) => keys.includes(key)))
    throw new MetadataFormatError(fileName, `the table ${keys.join(' or ')}`, found.join(', ') || 'none');
  return rows;
}

const REGISTRATION = 'PARTICIPANT_REGISTRATION';

/**
 * DUDETAILSUMMARY: which station, region and dispatch type a unit had, by span (START_DATE inclusive,
 * END_DATE exclusive).
 */
export function readDuDetailSummary(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${REGISTRATION}.DUDETAILSUMMARY`],
    ['DUID', 'START_DATE', 'END_DATE', 'DISPATCHTYPE', 'REGIONID', 'STATIONID'],
    ['LASTCHANGED'],
  );
}

/** DUDETAIL: registered capacity of a unit from a date on. */
export function readDuDetail(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${REGISTRATION}.DUDETAIL`],
    ['DUID', 'EFFECTIVEDATE', 'VERSIONNO', 'REGISTEREDCAPACITY'],
    ['MAXCAPACITY', 'LASTCHANGED'],
  );
}

/** STATION: names by STATIONID. */
export function readStations(bytes: Buffer, fileName: string) {
  return readMonthlyTable(bytes, fileName, [`${REGISTRATION}.STATION`], ['STATIONID', 'STATIONNAME']);
}

/**
 * GENUNITS, or the published CO2EII list of available generators: energy source and emissions factor by
 * GENSETID; the CO2EII list also states the DUID, GENUNITS a capacity.
 */
export function readGenUnits(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${REGISTRATION}.GENUNITS`, 'CO2EII.PUBLISHING'],
    ['GENSETID', 'CO2E_EMISSIONS_FACTOR', 'CO2E_ENERGY_SOURCE'],
    ['DUID', 'REGISTEREDCAPACITY', 'MAXCAPACITY', 'DISPATCHTYPE', 'LASTCHANGED'],
  );
}

/** DUALLOC: which GENSETID belongs to which DUID. */
export function readDuAlloc(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${REGISTRATION}.DUALLOC`],
    ['DUID', 'GENSETID', 'EFFECTIVEDATE', 'VERSIONNO'],
  );
}

const MARKET_CONFIG = 'MARKET_CONFIG';

/** INTERCONNECTOR: the regions that a link joins; it states no dates. */
export function readInterconnectors(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${MARKET_CONFIG}.INTERCONNECTOR`],
    ['INTERCONNECTORID', 'REGIONFROM', 'REGIONTO'],
    ['DESCRIPTION', 'LASTCHANGED'],
  );
}

/** REGION: names by REGIONID. */
export function readRegions(bytes: Buffer, fileName: string) {
  return readMonthlyTable(bytes, fileName, [`${MARKET_CONFIG}.REGION`], ['REGIONID', 'DESCRIPTION']);
}

/** INTERCONNECTORCONSTRAINT: limits of a link over time; the first EFFECTIVEDATE is that of the link. */
export function readInterconnectorDates(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${MARKET_CONFIG}.INTERCONNECTORCONSTRAINT`],
    ['INTERCONNECTORID', 'EFFECTIVEDATE'],
  );
}

/** MARKET_PRICE_THRESHOLDS: cap (VOLL), floor and cumulative threshold from a date on. */
export function readPriceThresholds(bytes: Buffer, fileName: string) {
  return readMonthlyTable(
    bytes,
    fileName,
    [`${MARKET_CONFIG}.MARKET_PRICE_THRESHOLDS`],
    ['EFFECTIVEDATE', 'VERSIONNO', 'VOLL', 'MARKETPRICEFLOOR', 'ADMINISTERED_PRICE_THRESHOLD'],
  );
}

export type RegionRow = ReturnType<typeof readRegions>[number];
export type InterconnectorRow = ReturnType<typeof readInterconnectors>[number];
export type InterconnectorDateRow = ReturnType<typeof readInterconnectorDates>[number];
export type PriceThresholdRow = ReturnType<typeof readPriceThresholds>[number];
export type DuCapacityRow = ReturnType<typeof readDuDetail>[number];
export type DuDetailRow = ReturnType<typeof readDuDetailSummary>[number];
export type StationRow = ReturnType<typeof readStations>[number];
type LaterColumns = 'DISPATCHTYPE' | 'LASTCHANGED';
type GenUnitCells = ReturnType<typeof readGenUnits>[number];
export type GenUnitRow = Omit<GenUnitCells, LaterColumns> & Partial<Pick<GenUnitCells, LaterColumns>>;
export type DuAllocRow = ReturnType<typeof readDuAlloc>[number];
