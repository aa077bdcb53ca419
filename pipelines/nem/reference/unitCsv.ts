import { dispatchTypeOf, FUEL_TYPES, fuelTypeOf, type DispatchType, type FuelType } from './fuelTypes';
import { readCsvTable, type CsvRow, type Synonyms } from './csvTable';
import {
  MARKET_START,
  nemText,
  numberOrNull,
  OPEN_END,
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
 * all time. Rows that cannot be used are left out and listed; of two rows of a unit whose spans overlap the
 * later line is left out.
 *
 * @throws MetadataColumnsError, MetadataFormatError.
 */
export function readUnitCsv(bytes: Buffer, source: string): UnitMetadataRead {
  const table = readCsvTable(bytes, source, UNIT_COLUMN_SYNONYMS, REQUIRED);
  const problems = [...table.problems];
  const taken = new Map<string, UnitMetadata[]>();
  for (const row of table.rows) {
    const unit = unitOf(row, source);
    const problem = typeof unit === 'string' ? unit : takeUnlessOverlapping(unit, taken);
    if (problem !== null) problems.push({ line: row.line, text: row.text, problem });
  }
  return {
    units: [...taken.values()].flat(),
    problems: problems.sort((a: MetadataProblem, b: MetadataProblem) => a.line - b.line),
  };
}

/** The unit of a row, or what is wrong with it. */
function unitOf(row: CsvRow, source: string): UnitMetadata | string {
  const unit_id = row.cell('unit_id').trim();
  const valid_from = nemText(row.cell('valid_from') || MARKET_START);
  const valid_to = nemText(row.cell('valid_to') || OPEN_END);
  const capacity_mw = numberOrNull(row.cell('capacity_mw'), 0);
  const emissions_factor_t_per_mwh = numberOrNull(row.cell('emissions_factor_t_per_mwh'), 0);
  const kind = kindOf(row);
  if (unit_id === '') return 'expected a unit_id, found none';
  if (typeof kind === 'string') return kind;
  if (valid_from === null || valid_to === null || valid_from >= valid_to)
    return `expected valid_from before valid_to in NEM time (YYYY-MM-DD HH:MM:SS), found ${row.cell('valid_from')} and ${row.cell('valid_to')}`;
  if (capacity_mw === undefined) return `expected capacity_mw of 0 or more, found ${row.cell('capacity_mw')}`;
  if (emissions_factor_t_per_mwh === undefined)
    return `expected emissions_factor_t_per_mwh of 0 or more, found ${row.cell('emissions_factor_t_per_mwh')}`;
  return {
    unit_id,
    valid_from,
    valid_to,
    station_name: textOrNull(row.cell('station_name')),
    region_id: textOrNull(row.cell('region_id')),
    ...kind,
    capacity_mw,
    emissions_factor_t_per_mwh,
    source,
  };
}

type Kind = Pick<UnitMetadata, 'fuel_type' | 'fuel_source' | 'dispatch_type'>;

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
  const fuel_type =
    dispatch_type === 'LOAD' || stated === ''
      ? fuelTypeOf({ dispatchType: dispatch_type, ...words })
      : (stated as FuelType);
  return { fuel_type, fuel_source, dispatch_type };
}

function dispatchOf(
  row: CsvRow,
  statedFuel: string,
  words: { fuelSource: string | null; fuelSourcePrimary: string; technology: string },
): DispatchType | undefined {
  const stated = row.cell('dispatch_type').trim();
  if (stated !== '') return dispatchTypeOf(stated);
  if (statedFuel === 'load') return 'LOAD';
  return (statedFuel || fuelTypeOf({ dispatchType: 'GENERATOR', ...words })) === 'battery'
    ? 'BIDIRECTIONAL'
    : 'GENERATOR';
}

function takeUnlessOverlapping(unit: UnitMetadata, taken: Map<string, UnitMetadata[]>): string | null {
  const spans = taken.get(unit.unit_id) ?? [];
  const other = spans.find((each) => unit.valid_from < each.valid_to && each.valid_from < unit.valid_to);
  if (other)
    return `expected spans of ${unit.unit_id} that do not overlap, found one within ${other.valid_from} to ${other.valid_to}`;
  taken.set(unit.unit_id, [...spans, unit]);
  return null;
}

function isFuelType(text: string): text is FuelType {
  return (FUEL_TYPES as readonly string[]).includes(text);
}

function textOrNull(text: string): string | null {
  const word = text.trim();
  return word === '' || word === '-' ? null : word;
}
