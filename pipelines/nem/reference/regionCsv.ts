import { readCsvTable, type CsvRow, type Synonyms } from './csvTable';
import { NEM_REGIONS } from './regions';
import type { TextEncoding } from './textDecoding';
import {
  MARKET_START,
  nemText,
  OPEN_END,
  plainText,
  visible,
  type MetadataProblem,
  type RegionMetadata,
} from './unitMetadata';

const REGION_COLUMN_SYNONYMS: Synonyms = {
  region_id: ['REGIONID', 'Region', 'code'],
  region_name: ['name', 'description'],
  state: ['state code'],
  valid_from: ['START_DATE', 'start', 'EFFECTIVEDATE'],
  valid_to: ['END_DATE', 'end'],
};

/**
 * Regions from a CSV file of the user's; a second row of a region is left out and listed. A region that the
 * market is not known to have is taken and listed, unless its id is no plain word.
 *
 * @throws MetadataColumnsError, MetadataEncodingError, MetadataFormatError.
 */
export function readRegionCsv(
  bytes: Buffer,
  source: string,
  encoding?: TextEncoding,
): { regions: RegionMetadata[]; problems: MetadataProblem[] } {
  const required = [['region_id'], ['region_name'], ['state']];
  const table = readCsvTable(bytes, source, REGION_COLUMN_SYNONYMS, required, encoding);
  const problems = [...table.problems];
  const regions: RegionMetadata[] = [];
  for (const row of table.rows) {
    const region = regionOf(row, source);
    const doubt = typeof region === 'string' ? { problem: region, isTaken: false } : doubtOf(region, regions);
    if (typeof region !== 'string' && doubt?.isTaken !== false) regions.push(region);
    if (doubt) problems.push({ line: row.line, text: row.text, ...doubt });
  }
  return { regions, problems: problems.sort((a, b) => a.line - b.line) };
}

type Doubt = { problem: string; isTaken: boolean; region_id?: string };

function regionOf(row: CsvRow, source: string): RegionMetadata | string {
  const [region_id, region_name, state] = [
    plainText(row.cell('region_id')),
    row.cell('region_name').trim(),
    row.cell('state').trim(),
  ];
  const valid_from = nemText(row.cell('valid_from') || MARKET_START);
  const valid_to = nemText(row.cell('valid_to') || OPEN_END);
  const empty = Object.entries({ region_id, region_name, state }).filter(([, text]) => text === '');
  if (empty.length > 0)
    return (
      'expected region_id, region_name and state, found an empty cell: ' +
      `${empty.map(([name]) => name).join(', ')}`
    );
  if (valid_from === null || valid_to === null || valid_from >= valid_to)
    return (
      'expected valid_from before valid_to in NEM time (YYYY-MM-DD HH:MM:SS), found ' +
      `${row.cell('valid_from')} and ${row.cell('valid_to')}`
    );
  return { region_id, region_name, state, valid_from, valid_to, source };
}

function doubtOf(region: RegionMetadata, taken: readonly RegionMetadata[]): Doubt | null {
  const { region_id } = region;
  const known = NEM_REGIONS.map((each) => each.region_id);
  if (taken.some((each) => each.region_id === region_id))
    return { problem: `expected one row of ${region_id}, found another`, isTaken: false };
  if (known.includes(region_id)) return null;
  const problem = `expected region_id ${known.join(', ')}, found ${visible(region_id)}`;
  if (!/^[A-Za-z0-9_-]+$/.test(region_id)) return { problem, isTaken: false, region_id: visible(region_id) };
  return { problem: `${problem}: taken as a region that is new to the market`, isTaken: true };
}
