import { FUEL_TYPES, readFuelWords, type FuelType } from './fuelWords';

export { FUEL_TYPES, type FuelType };

export const DISPATCH_TYPES = ['GENERATOR', 'LOAD', 'BIDIRECTIONAL'] as const;
export type DispatchType = (typeof DISPATCH_TYPES)[number];

/** The registry's own words about one unit; absent ones are null. */
export interface RegistryWords {
  dispatchType: DispatchType;
  /** Fuel Source - Descriptor; else Fuel Source - Primary; else GENUNITS.CO2E_ENERGY_SOURCE. */
  fuelSource: string | null;
  fuelSourcePrimary?: string | null;
  /** Technology Type - Descriptor and Primary, joined. */
  technology?: string | null;
}

/** Fuels by technology, used if the fuel column misleads or is empty: whole words, in lower case. */
const TECHNOLOGIES: readonly [RegExp, FuelType][] = [
  [/\b(battery|batteries)\b/, 'battery'],
  [/\b(hydro|hydroelectric|pump(ed)? storage|run of river)\b/, 'hydro'],
  // "Photovoltalic" is the registry's spelling.
  [/\b(photovoltaic|photovoltalic|solar)\b/, 'solar'],
  [/\bwind\b/, 'wind'],
];

export interface FuelRead {
  fuel_type: FuelType;
  /** Words of the fuel columns that no table knows; a reader lists them, they are never guessed. */
  unknownWords: string[];
}

/**
 * Fuel of a unit by its registry's words. A battery and a water turbine are recognized by technology first:
 * the registry calls Hornsdale's battery "Wind", and a pump storage plant at a sewage works "Waste Water".
 * Then the fuel columns decide, the descriptor before the primary one; technology again if they name none.
 * `other` for words of the registry that no table has, `unknown` without words.
 */
export function readFuel(words: RegistryWords): FuelRead {
  if (words.dispatchType === 'LOAD') return { fuel_type: 'load', unknownWords: [] };
  const texts = [words.fuelSource, words.fuelSourcePrimary].map(wordOrNull).filter((word) => word !== null);
  const technology = wordOrNull(words.technology)?.toLowerCase() ?? null;
  if (texts.length === 0 && technology === null) return { fuel_type: 'unknown', unknownWords: [] };
  const read = texts.map(readFuelWords);
  const byTechnology = TECHNOLOGIES.find(([match]) => match.test(technology ?? ''))?.[1];
  // Without a fuel the technology is all that is said: one that decides nothing is named, not passed over.
  const undecided = texts.length === 0 && !byTechnology ? [technology!] : [];
  const unknownWords = [...new Set([...read.flatMap((each) => each.unknownWords), ...undecided])];
  if (byTechnology === 'battery' || byTechnology === 'hydro')
    return { fuel_type: byTechnology, unknownWords };
  const isBattery = read.some((each) => each.fuels[0] === 'battery');
  const named = read.find((each) => each.fuels.length > 0 && each.unknownWords.length === 0)?.fuels[0];
  return { fuel_type: isBattery ? 'battery' : (named ?? byTechnology ?? 'other'), unknownWords };
}

export function fuelTypeOf(words: RegistryWords): FuelType {
  return readFuel(words).fuel_type;
}

/**
 * The fuel of an id with several physical units is the one with the largest capacity. A tie goes to the fuel
 * that stands first in FUEL_TYPES, then to the larger part, then to the smaller text: never to the order of
 * the rows.
 */
export function dominantFuel<
  T extends { fuel_type: FuelType; capacity_mw: number | null; fuel_source?: string | null },
>(parts: readonly [T, ...T[]]): T {
  const capacity_mw = (fuel: FuelType) =>
    exactSum(parts.flatMap((part) => (part.fuel_type === fuel ? [part.capacity_mw ?? 0] : [])));
  const fuels = FUEL_TYPES.filter((fuel) => parts.some((part) => part.fuel_type === fuel));
  const largest = fuels.reduce((best, fuel) => (capacity_mw(fuel) > capacity_mw(best) ? fuel : best));
  const [first] = parts
    .filter((part) => part.fuel_type === largest)
    .sort(
      (a, b) =>
        (b.capacity_mw ?? 0) - (a.capacity_mw ?? 0) ||
        ((a.fuel_source ?? '') < (b.fuel_source ?? '') ? -1 : 1),
    );
  return first!;
}

/** A sum that does not depend on the order of its terms, to a thousandth. */
export function exactSum(values: readonly number[]): number {
  const total = [...values].sort((a, b) => a - b).reduce((sum, value) => sum + value, 0);
  return Math.round(total * 1000) / 1000;
}

/**
 * `Generating Unit` and `GENERATOR`, `Bidirectional Unit`, `Load` and `Load Norm Off`: undefined for anything
 * else.
 */
export function dispatchTypeOf(text: string): DispatchType | undefined {
  const word = text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
  if (/^(generating unit|generator|generation|gen)$/.test(word)) return 'GENERATOR';
  if (
    /^((scheduled )?load|(scheduled )?load norm(ally)? (off|on)|norm(ally)? (off|on) load|pump)$/.test(word)
  )
    return 'LOAD';
  return /^bi ?directional( unit)?$/.test(word) ? 'BIDIRECTIONAL' : undefined;
}

/** The registry writes `-` and blanks for unknown values. */
function wordOrNull(text: string | null | undefined): string | null {
  const word = text?.trim() ?? '';
  return word === '' || word === '-' ? null : word;
}
