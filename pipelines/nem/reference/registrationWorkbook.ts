import { dispatchTypeOf, dominantFuel, fuelTypeOf } from './fuelTypes';
import { columnPositions, type Synonyms } from './csvTable';
import { MetadataColumnsError, MetadataFormatError } from './errors';
import {
  MARKET_START,
  numberOrNull,
  OPEN_END,
  type MetadataProblem,
  type UnitMetadata,
  type UnitMetadataRead,
} from './unitMetadata';

const UNITS_SHEET = 'PU and Scheduled Loads';

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
const OPTIONAL_COLUMNS: Synonyms = { 'Reg Cap consumption (MW)': [], 'Max Cap consumption (MW)': [] };

interface Part {
  line: number;
  text: string;
  unit: UnitMetadata;
}

/**
 * The operator's NEM Registration and Exemption List (xlsx), sheet "PU and Scheduled Loads": one row per
 * group of physical units, so rows of one DUID are added up; the fuel with the largest capacity names the
 * unit's. Plants without a DUID (`-`) have no telemetry; they are left out and listed. The list states no
 * dates and no retired units.
 *
 * @throws MetadataFormatError when the bytes are no such workbook; MetadataColumnsError when columns are
 * missing.
 */
export async function readRegistrationWorkbook(bytes: Buffer, source: string): Promise<UnitMetadataRead> {
  const [header = [], ...rows] = await sheetOf(bytes, source);
  const names = header.map(text);
  const positions = columnPositions(names, { ...COLUMNS, ...OPTIONAL_COLUMNS });
  const missing = Object.keys(COLUMNS).filter((column) => !positions.has(column));
  if (missing.length > 0) throw new MetadataColumnsError(`${source} (${UNITS_SHEET})`, missing, names);
  const problems: MetadataProblem[] = [];
  const parts = rows.flatMap((cells, index) =>
    partOf(cells.map(text), positions, index + 2, source, problems),
  );
  return { units: [...byUnit(parts).values()].map((group) => merged(group, problems)), problems };
}

async function sheetOf(bytes: Buffer, source: string): Promise<readonly (readonly unknown[])[]> {
  // The package is an ES module, which CommonJS can only import dynamically.
  const { readSheet } = await import('read-excel-file/node');
  try {
    return await readSheet(bytes, UNITS_SHEET);
  } catch (error) {
    throw new MetadataFormatError(
      source,
      `an xlsx workbook with the sheet "${UNITS_SHEET}"`,
      (error as Error).message,
      error,
    );
  }
}

function partOf(
  cells: readonly string[],
  positions: Map<string, number>,
  line: number,
  source: string,
  problems: MetadataProblem[],
): Part[] {
  const cell = (column: string) => (cells[positions.get(column) ?? -1] ?? '').trim();
  const row = cells.join('|');
  const unit_id = cell('DUID');
  const dispatch_type = dispatchTypeOf(cell('Dispatch Type'));
  const problem =
    unit_id === '' || unit_id === '-'
      ? 'no DUID'
      : dispatch_type === undefined
        ? `expected a Dispatch Type, found ${cell('Dispatch Type')}`
        : null;
  if (cells.every((each) => each.trim() === '')) return [];
  if (problem !== null) problems.push({ line, text: row, problem });
  if (problem !== null || dispatch_type === undefined) return [];
  const fuel_source = wordOf(cell('Fuel Source - Descriptor')) ?? wordOf(cell('Fuel Source - Primary'));
  const technology = `${cell('Technology Type - Descriptor')} ${cell('Technology Type - Primary')}`.replace(
    /^- -$/,
    '',
  );
  const fuel_type = fuelTypeOf({
    dispatchType: dispatch_type,
    fuelSource: fuel_source,
    fuelSourcePrimary: cell('Fuel Source - Primary'),
    technology,
  });
  return [
    {
      line,
      text: row,
      unit: {
        unit_id,
        valid_from: MARKET_START,
        valid_to: OPEN_END,
        station_name: wordOf(cell('Station Name')),
        region_id: wordOf(cell('Region')),
        fuel_type,
        fuel_source,
        dispatch_type,
        capacity_mw: capacity_mw(cell, dispatch_type === 'LOAD'),
        emissions_factor_t_per_mwh: null,
        source,
      },
    },
  ];
}

/**
 * Registered before maximum capacity; a load's is its consumption, which older rows state in the generation
 * column.
 */
function capacity_mw(cell: (column: string) => string, isLoad: boolean): number | null {
  const generation = ['Reg Cap generation (MW)', 'Max Cap generation (MW)'];
  const consumption = ['Reg Cap consumption (MW)', 'Max Cap consumption (MW)'];
  const order = isLoad ? [...consumption, ...generation] : generation;
  return (
    order.map((column) => numberOrNull(cell(column), 0)).find((value) => typeof value === 'number') ?? null
  );
}

function byUnit(parts: readonly Part[]): Map<string, [Part, ...Part[]]> {
  const groups = new Map<string, [Part, ...Part[]]>();
  for (const part of parts) {
    const group = groups.get(part.unit.unit_id);
    if (group) group.push(part);
    else groups.set(part.unit.unit_id, [part]);
  }
  return groups;
}

/**
 * Dispatch type, station and region are the unit's, not the part's: rows that disagree are listed, the first
 * counts.
 */
function merged(group: [Part, ...Part[]], problems: MetadataProblem[]): UnitMetadata {
  const units = group.map((part) => part.unit) as [UnitMetadata, ...UnitMetadata[]];
  const odd = group.find(
    ({ unit }) => unit.dispatch_type !== units[0].dispatch_type || unit.region_id !== units[0].region_id,
  );
  if (odd)
    problems.push({
      line: odd.line,
      text: odd.text,
      problem: `expected one dispatch type and region for ${units[0].unit_id}; the first row's are used`,
    });
  const { fuel_type, fuel_source } = dominantFuel(units);
  const known = units.flatMap((unit) => (unit.capacity_mw === null ? [] : [unit.capacity_mw]));
  const total_mw = known.reduce((sum, value) => sum + value, 0);
  return {
    ...units[0],
    fuel_type,
    fuel_source,
    capacity_mw: known.length === 0 ? null : Math.round(total_mw * 1000) / 1000,
  };
}

function wordOf(word: string): string | null {
  return word === '' || word === '-' ? null : word;
}

function text(cell: unknown): string {
  return cell === null || cell === undefined ? '' : String(cell);
}
