import { csvNumber } from './csvNumber';
import type { Synonyms } from './csvTable';
import { dispatchTypeOf, readFuel, type DispatchType } from './fuelTypes';
import { NEM_REGIONS } from './regions';
import {
  MARKET_START,
  OPEN_END,
  visible,
  type MetadataProblem,
  type UnitMetadata,
  type UnitMetadataRead,
} from './unitMetadata';
import { physicalUnits, unitOfParts, type UnitPart } from './unitParts';
import { unitsSheet } from './workbookSheet';

const COLUMNS: Synonyms = {
  'Station Name': [],
  Region: [],
  'Dispatch Type': [],
  DUID: [],
  'Fuel Source - Primary': [],
  'Fuel Source - Descriptor': [],
  'Technology Type - Primary': [],
  'Technology Type - Descriptor': [],
  'Reg Cap generation (MW)': ['Reg Cap (MW)'],
  'Max Cap generation (MW)': ['Max Cap (MW)'],
};
const OPTIONAL_COLUMNS: Synonyms = {
  'Reg Cap consumption (MW)': [],
  'Max Cap consumption (MW)': [],
  Units: ['Physical Unit No.', 'Physical Unit No'],
  'Unit Size (MW)': ['Unit Size (MW/MVAr)', 'Unit Size'],
};

const DUID_MAX = 20;
const NUMBER_COLUMNS = [
  ...['Reg Cap generation (MW)', 'Max Cap generation (MW)'],
  ...['Reg Cap consumption (MW)', 'Max Cap consumption (MW)'],
];

type Cell = (column: string) => string;

/**
 * The operator's NEM Registration and Exemption List (xlsx), sheet "PU and Scheduled Loads" or what earlier
 * years called it: one row per group of physical units, which `unitOfParts` makes into one unit per DUID.
 * Plants without a DUID (`-`) have no telemetry; they are left out and listed. The list states no dates and
 * no retired units.
 *
 * @throws MetadataFormatError when the bytes are no such workbook; MetadataColumnsError when columns are
 * missing.
 */
export async function readRegistrationWorkbook(
  bytes: Buffer,
  source: string,
  regionIds: readonly string[] = NEM_REGIONS.map((each) => each.region_id),
): Promise<UnitMetadataRead> {
  const { positions, rows, header } = await unitsSheet(bytes, source, COLUMNS, OPTIONAL_COLUMNS);
  const problems = repeatedIn(header);
  const groups = new Map<string, [UnitPart, ...UnitPart[]]>();
  for (const { line, cells } of rows) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    const cell: Cell = (column) => (cells[positions.get(column) ?? -1] ?? '').trim();
    const part = partOf(cell, { line, text: cells.join('|') }, source, problems);
    if (!part) continue;
    listUnknownRegion(part, regionIds, problems);
    const group = groups.get(part.unit.unit_id);
    if (group) group.push(part);
    else groups.set(part.unit.unit_id, [part]);
  }
  const units = [...groups.values()].map((group) => unitOfParts(group, problems));
  return { units, problems: problems.sort((a, b) => a.line - b.line) };
}

function partOf(
  cell: Cell,
  at: { line: number; text: string },
  source: string,
  problems: MetadataProblem[],
): UnitPart | null {
  const unit_id = cell('DUID');
  const dispatch_type = dispatchTypeOf(cell('Dispatch Type'));
  const mistake = mistakeOf(unit_id, dispatch_type, cell);
  if (mistake !== null) problems.push({ ...at, problem: mistake });
  if (mistake !== null || !dispatch_type) return null;
  const { unknownWords, ...fuel } = fuelOf(cell, dispatch_type);
  for (const doubt of doubtsOf(cell, unknownWords))
    problems.push({ ...at, problem: `${unit_id}: ${doubt}`, isTaken: true });
  const unit: UnitMetadata = {
    unit_id,
    valid_from: MARKET_START,
    valid_to: OPEN_END,
    station_name: wordOf(cell('Station Name')),
    region_id: wordOf(cell('Region')),
    ...fuel,
    dispatch_type,
    capacity_mw: capacity_mw(cell, dispatch_type === 'LOAD'),
    emissions_factor_t_per_mwh: null,
    source,
  };
  const unit_size_mw = numberIn(cell, 'Unit Size (MW)') ?? null;
  return { ...at, unit, sets: physicalUnits(cell('Units')), unit_size_mw };
}

/** What is wrong in a row that is taken all the same. */
function doubtsOf(cell: Cell, unknownWords: readonly string[]): string[] {
  const numbers = unreadableNumbers(cell).map(
    (column) => `expected a number in ${column}, found ${visible(cell(column))}`,
  );
  if (unknownWords.length === 0) return numbers;
  return [...numbers, `fuel words that no table knows: ${unknownWords.join(', ')}`];
}

function repeatedIn({ line, text, repeated }: { line: number; text: string; repeated: string[] }) {
  return repeated.map((name): MetadataProblem => ({
    line,
    text,
    problem: `expected each column once, found ${name} twice; the first counts`,
    isTaken: true,
  }));
}

/** A spreadsheet makes a date of an id such as SEPT1; its text is longer than any id. */
function mistakeOf(unit_id: string, dispatch_type: DispatchType | undefined, cell: Cell): string | null {
  if (unit_id === '' || unit_id === '-') return 'no DUID';
  if (unit_id.length > DUID_MAX)
    return `expected a DUID of at most ${DUID_MAX} characters, found ${visible(unit_id)}`;
  return dispatch_type ? null : `expected a Dispatch Type, found ${cell('Dispatch Type')}`;
}

function unreadableNumbers(cell: Cell): string[] {
  return NUMBER_COLUMNS.filter((column) => numberIn(cell, column) === undefined);
}

/** With commas between thousands, as a cell of text has them. */
function numberIn(cell: Cell, column: string): number | null | undefined {
  return csvNumber(cell(column), 'point', 0);
}

function fuelOf(cell: Cell, dispatchType: DispatchType) {
  const fuel_source = wordOf(cell('Fuel Source - Descriptor')) ?? wordOf(cell('Fuel Source - Primary'));
  const { fuel_type, unknownWords } = readFuel({
    dispatchType,
    fuelSource: fuel_source,
    fuelSourcePrimary: cell('Fuel Source - Primary'),
    technology: [cell('Technology Type - Descriptor'), cell('Technology Type - Primary')]
      .filter((word) => wordOf(word) !== null)
      .join(' '),
  });
  return { fuel_type, fuel_source, unknownWords };
}

/**
 * Registered before maximum capacity; a load's is its consumption, which older rows state in the generation
 * column.
 */
function capacity_mw(cell: Cell, isLoad: boolean): number | null {
  const generation = ['Reg Cap generation (MW)', 'Max Cap generation (MW)'];
  const consumption = ['Reg Cap consumption (MW)', 'Max Cap consumption (MW)'];
  const order = isLoad ? [...consumption, ...generation] : generation;
  return order.map((column) => numberIn(cell, column)).find((value) => typeof value === 'number') ?? null;
}

function listUnknownRegion(part: UnitPart, regionIds: readonly string[], problems: MetadataProblem[]): void {
  const { unit_id, region_id } = part.unit;
  if (region_id !== null && regionIds.includes(region_id)) return;
  problems.push({
    line: part.line,
    text: part.text,
    problem: `${unit_id}: expected region_id ${regionIds.join(', ')}, found ${visible(region_id ?? 'none')}`,
    isTaken: true,
  });
}

function wordOf(word: string): string | null {
  return word === '' || word === '-' ? null : word;
}
