import { NEM_OFFSET_MS } from '../time';

/**
 * Tables of the monthly archive that describe the market, in the order in which they are fetched; the first
 * two are needed.
 */
export const METADATA_TABLES = [
  'DUDETAILSUMMARY',
  'STATION',
  'DUDETAIL',
  'GENUNITS',
  'DUALLOC',
  'REGION',
  'INTERCONNECTOR',
  'INTERCONNECTORCONSTRAINT',
  'MARKET_PRICE_THRESHOLDS',
] as const;
export type MetadataTable = (typeof METADATA_TABLES)[number];

/** A month of the archive, `2026-03`. */
export type ArchiveMonth = `${number}-${string}`;

/** The month in which names changed from `PUBLIC_DVD_` to `PUBLIC_ARCHIVE#`. */
const RENAMED_IN = '2024-08';
const MONTHS_BACK = 3;

/**
 * Months to look for, latest first: last month, then up to three months back. A month appears around the 8th
 * to 16th of the next one, and registration tables can lag another month.
 *
 * @param now_ms instant in UTC; the month is that of the market's clock.
 */
export function monthsToTry(now_ms: number, count = MONTHS_BACK): ArchiveMonth[] {
  const now = new Date(now_ms + NEM_OFFSET_MS);
  return Array.from({ length: count }, (_, index) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1 - index, 1));
    return month.toISOString().slice(0, 7) as ArchiveMonth;
  });
}

/**
 * Addresses of a table's file, to be tried in turn until one is not 404. Names since August 2024 hold `#`,
 * stored on the site as a literal `%23`, so that the path to ask for is `%2523`. The `%23` of the site's own
 * links comes second: the site answers 400 to it, which would end the search, and mirrors with a plain `#`
 * answer 404 to the first.
 *
 * @param siteUrl the site's root (`API_URL`), with or without a slash at its end.
 */
export function monthlyTableUrls(siteUrl: string, table: string, month: ArchiveMonth): string[] {
  const folder = monthFolder(siteUrl, month).replace(/\/$/, '');
  const stamp = `${month.replace('-', '')}010000`;
  if (month < RENAMED_IN) return [`${folder}/PUBLIC_DVD_${table}_${stamp}.zip`];
  return ['%2523', '%23'].map(
    (hash) => `${folder}/PUBLIC_ARCHIVE${hash}${table}${hash}FILE01${hash}${stamp}.zip`,
  );
}

/** Address of the listing of a month's tables, with a slash at its end. */
export function monthFolder(siteUrl: string, month: ArchiveMonth): string {
  const folder = `MMSDM/${month.slice(0, 4)}/MMSDM_${month.replace('-', '_')}/MMSDM_Historical_Data_SQLLoader/DATA/`;
  return `${siteUrl.replace(/\/+$/, '')}/Data_Archive/Wholesale_Electricity/${folder}`;
}
