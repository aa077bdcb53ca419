import type { CsvRow } from './csvTable';
import { dispatchTypeOf, FUEL_TYPES, readFuel, type DispatchType, type FuelType } from './fuelTypes';
import {
  MARKET_START,
  nemText,
  OPEN_END,
  plainText,
  visible,
  type MetadataProblem,
  type UnitMetadata,
} from './unitMetadata';

export type Mistake = Pick<MetadataProblem, 'problem' | 'region_id'>;

/** Everything that makes a row unusable, except its kind (`kindOf`). */
export function mistakesOf(row: CsvRow, regionIds: readonly string[]): Mistake[] {
  const unit_id = plainText(row.cell('unit_id'));
  const region_id = plainText(row.cell('region_id'));
  const valid_from = nemText(row.cell('valid_from') || MARKET_START);
  const valid_to = nemText(row.cell('valid_to') || OPEN_END);
  const mistakes: Mistake[] = [];
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
      problem:
        'expected valid_from before valid_to in NEM time (YYYY-MM-DD HH:MM:SS), found ' +
        `${row.cell('valid_from')} and ${row.cell('valid_to')}`,
    });
  for (const column of ['capacity_mw', 'emissions_factor_t_per_mwh'])
    if (row.number(column) === undefined)
      mistakes.push({ problem: `expected ${column} of 0 or more, found ${row.cell(column)}` });
  return mistakes;
}

/** Remarks on an accepted row. */
export function doubtsOf(row: CsvRow, unknownWords: readonly string[]): string[] {
  const doubts: string[] = [];
  if (textOrNull(row.cell('station_name')) === null) doubts.push('expected a station_name, found none');
  if (unknownWords.length > 0) doubts.push(`fuel words that no table knows: ${unknownWords.join(', ')}`);
  // A `-` means none, as for pumps in the registry; an empty cell means unknown.
  const fuels = ['fuel_type', 'fuel_source', 'fuel_source_primary'];
  if (fuels.every((column) => row.cell(column).trim() === '')) doubts.push('expected a fuel, found none');
  return doubts;
}

export type Kind = Pick<UnitMetadata, 'fuel_type' | 'fuel_source' | 'dispatch_type'> & {
  unknownWords: string[];
};

/** Fuel and role of a row, or their problem. */
export function kindOf(row: CsvRow): Kind | string {
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

/** Null for an empty cell and for `-`, the registry's word for none. */
export function textOrNull(text: string): string | null {
  const word = text.trim();
  return word === '' || word === '-' ? null : word;
}
