import { dispatchTypeOf, FUEL_TYPES, readFuel, type DispatchType, type FuelType } from './fuelTypes';
import { readCsvTable, type CsvRow, type Synonyms } from './csvTable';
import { NEM_REGIONS } from './regions';
import type { TextEncoding } from './textDecoding';
import { physicalUnits, unitOfParts, type UnitPart } from './unitParts';
import {
  MARKET_START,
  nemText,
  OPEN_END,
  plainText,
  visible,
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
          problem: `expected spans of ${unit_id} that do not overlap, found one within ${other.valid_from} to ${other.valid_to}`,
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

function mistakesOf(
  row: CsvRow,
  regionIds: readonly string[],
): Pick<MetadataProblem, 'problem' | 'region_id'>[] {
  const unit_id = plainText(row.cell('unit_id'));
  const region_id = plainText(row.cell('region_id'));
  const valid_from = nemText(row.cell('valid_from') || MARKET_START);
  const valid_to = nemText(row.cell('valid_to') || OPEN_END);
  const mistakes: Pick<MetadataProblem, 'problem' | 'region_id'>[] = [];
  if (unit_id === '') mistakes.push({ problem: 'expected a unit_id, found none' });
  else if (visible(unit_id) !== unit_id)
    mistakes.push({ problem: `expected a unit_id of plain characters, found ${visible(unit_id)}` });
  if (region_id === '' || region_id === '-') mistakes.push({ problem: 'expected a region_id, found none' });
  else if (!regionIds.includes(region_id))
    mistakes.push({
      problem: `expected region_id ${regionIds.join(', ')}, found ${visible(region_id)}`,
      region_id: visible(region_id),
    });
  if (valid_from === null || valid_to === null || valid_from >= valid_to)
    mistakes.push({
      problem: `expected valid_from before valid_to in NEM time (YYYY-MM-DD HH:MM:SS), found ${row.cell('valid_from')} and ${row.cell('valid_to')}`,
    });
  for (const column of ['capacity_mw', 'emissions_factor_t_per_mwh'])
    if (row.number(column) === undefined)
      mistakes.push({ problem: `expected ${column} of 0 or more, found ${row.cell(column)}` });
  return mistakes;
}

function doubtsOf(row: CsvRow, unknownWords: readonly string[]): string[] {
  const doubts: string[] = [];
  if (textOrNull(row.cell('station_name')) === null) doubts.push('expected a station_name, found none');
  if (unknownWords.length > 0) doubts.push(`fuel words that no table knows: ${unknownWords.join(', ')}`);
  // A `-` says that there is none, as the registry does of pumps; an empty cell says nothing.
  const fuels = ['fuel_type', 'fuel_source', 'fuel_source_primary'];
  if (fuels.every((column) => row.cell(column).trim() === '')) doubts.push('expected a fuel, found none');
  return doubts;
}

type Kind = Pick<UnitMetadata, 'fuel_type' | 'fuel_source' | 'dispatch_type'> & { unknownWords: string[] };

function kindOf(row: CsvRow): Kind | string {
  const stated = row.cell('fuel_type').trim().toLowerCase();
  if (stated !== '' && !isFuelType(stated))
    return `expected fuel_type ${FUEL_TYPES.join(', ')}, found ${stated}`;
  const fuel_source = textOrNull(row.cell('fuel_source')) ?? textOrNull(row.cell('fuel_source_primary'));
  const words = {
    fuelSource: fuel_source,
    fuelSourcePrimary: row.cell('fuel_source_primary'),
    technology: row.cell('technology'),
  };
  const dispatch_type = dispatchOf(row, stated, words);
  if (dispatch_type === undefined)
    return `expected dispatch_type GENERATOR, LOAD or BIDIRECTIONAL, found ${row.cell('dispatch_type')}`;
  const read = readFuel({ dispatchType: dispatch_type, ...words });
  const isStated = dispatch_type !== 'LOAD' && stated !== '';
  return {
    fuel_type: isStated ? (stated as FuelType) : read.fuel_type,
    fuel_source,
    dispatch_type,
    unknownWords: isStated ? [] : read.unknownWords,
  };
}

function dispatchOf(
  row: CsvRow,
  statedFuel: string,
  words: { fuelSource: string | null; fuelSourcePrimary: string; technology: string },
): DispatchType | undefined {
  const stated = row.cell('dispatch_type').trim();
  if (stated !== '') return dispatchTypeOf(stated);
  if (statedFuel === 'load') return 'LOAD';
  return (statedFuel || readFuel({ dispatchType: 'GENERATOR', ...words }).fuel_type) === 'battery'
    ? 'BIDIRECTIONAL'
    : 'GENERATOR';
}

function isFuelType(text: string): text is FuelType {
  return (FUEL_TYPES as readonly string[]).includes(text);
}

function textOrNull(text: string): string | null {
  const word = text.trim();
  return word === '' || word === '-' ? null : word;
}
