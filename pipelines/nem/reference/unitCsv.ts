import { readCsvTable, type CsvRow, type Synonyms } from './csvTable';
import { NEM_REGIONS } from './regions';
import type { TextEncoding } from './textDecoding';
import { doubtsOf, kindOf, mistakesOf, textOrNull, type Kind } from './unitCsvRow';
import { physicalUnits, unitOfParts, type UnitPart } from './unitParts';
import {
  MARKET_START,
  nemText,
  OPEN_END,
  plainText,
  type MetadataProblem,
  type UnitMetadata,
  type UnitMetadataRead,
} from './unitMetadata';

/**
 * Names a header may have, next to the column's own. Those of the operator's registration list are among
 * them.
 */
export const UNIT_COLUMN_SYNONYMS: Synonyms = {
  unit_id: ['DUID', 'unit', 'unit code'],
  station_name: ['Station Name', 'station', 'facility name', 'Site Name'],
  region_id: ['Region', 'REGIONID', 'network region'],
  fuel_type: ['fueltech'],
  fuel_source: ['Fuel Source - Descriptor', 'fuel', 'CO2E_ENERGY_SOURCE', 'energy source'],
  fuel_source_primary: ['Fuel Source - Primary'],
  technology: ['Technology Type', 'Technology Type - Descriptor', 'Technology Type - Primary'],
  dispatch_type: ['Dispatch Type', 'DISPATCHTYPE'],
  capacity_mw: [
    'Reg Cap (MW)',
    'Reg Cap generation (MW)',
    'Max Cap (MW)',
    'Max Cap generation (MW)',
    'REGISTEREDCAPACITY',
    'capacity',
    'capacity registered',
  ],
  emissions_factor_t_per_mwh: ['emissions_factor', 'CO2E_EMISSIONS_FACTOR', 'emissions factor co2'],
  valid_from: ['START_DATE', 'start'],
  valid_to: ['END_DATE', 'end'],
  unit_set: ['GENSETID', 'Units', 'Physical Unit No.', 'Physical Unit No', 'set'],
};

const REQUIRED = [
  ['unit_id'],
  ['station_name'],
  ['region_id'],
  ['fuel_source', 'fuel_source_primary', 'fuel_type'],
];

/**
 * Units from a CSV file of the user's: `unit_id`, `station_name`, `region_id` and a fuel column are required;
 * without `dispatch_type` a battery is bidirectional and all else a generator; without dates a row holds for
 * all time. Rows of one id and span become one unit by the rule of `unitOfParts`; of spans that overlap the
 * one that begins first counts (then the longer one), whatever the order of the rows. Rows that cannot be
 * used are left out and listed.
 *
 * @param regionIds regions that a unit may be in.
 * @throws MetadataColumnsError, MetadataEncodingError, MetadataFormatError.
 */
export function readUnitCsv(
  bytes: Buffer,
  source: string,
  { encoding, regionIds = NEM_REGIONS.map((each) => each.region_id) }: UnitCsvOptions = {},
): UnitMetadataRead {
  const table = readCsvTable(bytes, source, UNIT_COLUMN_SYNONYMS, REQUIRED, encoding);
  const problems = [...table.problems];
  const spans = new Map<string, [UnitPart, ...UnitPart[]]>();
  for (const row of table.rows) {
    const part = partOf(row, source, regionIds, problems);
    if (!part) continue;
    const key = [part.unit.unit_id, part.unit.valid_from, invertedText(part.unit.valid_to)].join('\n');
    const parts = spans.get(key);
    if (parts) parts.push(part);
    else spans.set(key, [part]);
  }
  const keys = [...spans.keys()].sort();
  const units = withoutOverlaps(
    keys.map((key) => spans.get(key)!),
    problems,
  );
  return { units, problems: problems.sort((a, b) => a.line - b.line) };
}

export interface UnitCsvOptions {
  encoding?: TextEncoding;
  regionIds?: readonly string[];
}

/** Sorts dates the other way round: of two spans that begin together the longer one comes first. */
function invertedText(text: string): string {
  return text.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

function withoutOverlaps(groups: [UnitPart, ...UnitPart[]][], problems: MetadataProblem[]): UnitMetadata[] {
  const taken: UnitMetadata[] = [];
  for (const parts of groups) {
    const { unit_id, valid_from } = parts[0].unit;
    const other = taken.at(-1);
    if (other?.unit_id !== unit_id || other.valid_to <= valid_from) taken.push(unitOfParts(parts, problems));
    else
      for (const { line, text } of parts)
        problems.push({
          line,
          text,
          problem:
            `expected spans of ${unit_id} that do not overlap, found one within ` +
            `${other.valid_from} to ${other.valid_to}`,
        });
  }
  return taken;
}

/** The row as a part of a unit; null, with every mistake of the row listed, when it cannot be used. */
function partOf(
  row: CsvRow,
  source: string,
  regionIds: readonly string[],
  problems: MetadataProblem[],
): UnitPart | null {
  const kind = kindOf(row);
  const mistakes = mistakesOf(row, regionIds);
  if (typeof kind === 'string') mistakes.push({ problem: kind });
  const at = { line: row.line, text: row.text };
  problems.push(...mistakes.map((mistake) => ({ ...at, ...mistake })));
  if (typeof kind === 'string' || mistakes.length > 0) return null;
  const { unknownWords, ...facts } = kind;
  problems.push(...doubtsOf(row, unknownWords).map((problem) => ({ ...at, problem, isTaken: true })));
  return { ...at, unit: unitOf(row, source, facts), sets: physicalUnits(row.cell('unit_set')) };
}

function unitOf(row: CsvRow, source: string, kind: Omit<Kind, 'unknownWords'>): UnitMetadata {
  return {
    unit_id: plainText(row.cell('unit_id')),
    valid_from: nemText(row.cell('valid_from') || MARKET_START)!,
    valid_to: nemText(row.cell('valid_to') || OPEN_END)!,
    station_name: textOrNull(row.cell('station_name')),
    region_id: plainText(row.cell('region_id')),
    ...kind,
    capacity_mw: row.number('capacity_mw') ?? null,
    emissions_factor_t_per_mwh: row.number('emissions_factor_t_per_mwh') ?? null,
    source,
  };
}
