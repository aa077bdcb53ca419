/**
 * What generation is counted by. `load` takes power and is never generation; `unknown` is a unit without
 * metadata.
 */
export const FUEL_TYPES = [
  'coal',
  'gas',
  'hydro',
  'wind',
  'solar',
  'battery',
  'biomass',
  'liquid',
  'other',
  'load',
  'unknown',
] as const;
export type FuelType = (typeof FUEL_TYPES)[number];

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

interface FuelRule {
  words: 'technology' | 'fuel';
  match: RegExp;
  fuel_type: FuelType;
}

/**
 * The one table of fuel types; the first row that matches decides. Technology stands first where the fuel
 * column misleads: the registry calls Hornsdale's battery "Wind", and a pump storage plant at a sewage works
 * "Waste Water". Coal seam methane and coal mine gas are gas, though they say coal. Landfill gas, sewage gas,
 * bagasse and wood are biomass, though some say gas: their carbon is not fossil, and the registry files them
 * under renewables. Of a list such as "Natural Gas / Diesel" the first fuel is the one burnt, the second the
 * reserve; gas and biomass therefore stand before liquid. "Photovoltalic" and "Natrual Gas" are the
 * registry's spelling.
 */
const FUEL_RULES: readonly FuelRule[] = [
  { words: 'technology', match: /batter/i, fuel_type: 'battery' },
  { words: 'fuel', match: /batter/i, fuel_type: 'battery' },
  { words: 'technology', match: /hydro|pump(ed)? storage|run of river/i, fuel_type: 'hydro' },
  { words: 'fuel', match: /coal seam|coal mine|waste coal/i, fuel_type: 'gas' },
  {
    words: 'fuel',
    match: /landfill|bio(gas|mass|fuel)|sewe?(rage|age)|bagasse|wood|^waste$/i,
    fuel_type: 'biomass',
  },
  { words: 'fuel', match: /\b(black|brown) coal|lignite|^coal$/i, fuel_type: 'coal' },
  { words: 'fuel', match: /nat(ural|rual) gas|^gas$|ethane|methane/i, fuel_type: 'gas' },
  { words: 'fuel', match: /diesel|kerosene|fuel oil|distillate|liquid|\boil\b/i, fuel_type: 'liquid' },
  { words: 'fuel', match: /solar/i, fuel_type: 'solar' },
  { words: 'fuel', match: /wind/i, fuel_type: 'wind' },
  { words: 'fuel', match: /hydro|^water$/i, fuel_type: 'hydro' },
  { words: 'technology', match: /photovolt/i, fuel_type: 'solar' },
  { words: 'technology', match: /wind/i, fuel_type: 'wind' },
];

/** `other` when the registry says something no rule knows, `unknown` when it says nothing. */
export function fuelTypeOf(words: RegistryWords): FuelType {
  if (words.dispatchType === 'LOAD') return 'load';
  const fuels = [words.fuelSource, words.fuelSourcePrimary].map(wordOrNull).filter((word) => word !== null);
  const technology = wordOrNull(words.technology);
  if (fuels.length === 0 && technology === null) return 'unknown';
  for (const fuel of fuels.length > 0 ? fuels : ['']) {
    const rule = FUEL_RULES.find((each) =>
      each.match.test(each.words === 'fuel' ? fuel : (technology ?? '')),
    );
    if (rule) return rule.fuel_type;
  }
  return 'other';
}

/**
 * Of several physical units behind one id, the fuel with the largest capacity speaks for all; a tie goes to
 * the first.
 */
export function dominantFuel<T extends { fuel_type: FuelType; capacity_mw: number | null }>(
  parts: readonly [T, ...T[]],
): T {
  const capacities = new Map<FuelType, number>();
  for (const part of parts)
    capacities.set(part.fuel_type, (capacities.get(part.fuel_type) ?? 0) + (part.capacity_mw ?? 0));
  const [largest] = [...capacities].sort((a, b) => b[1] - a[1])[0]!;
  return parts.find((part) => part.fuel_type === largest)!;
}

/** `Generating Unit` and `GENERATOR`, `Bidirectional Unit`, `Load`: undefined for anything else. */
export function dispatchTypeOf(text: string): DispatchType | undefined {
  const word = text.trim().toLowerCase();
  if (/^(generating unit|generator|generation)$/.test(word)) return 'GENERATOR';
  if (/^(load|scheduled load|pump)$/.test(word)) return 'LOAD';
  return /^bi-?directional( unit)?$/.test(word) ? 'BIDIRECTIONAL' : undefined;
}

/** The registry writes `-` and blanks where it says nothing. */
function wordOrNull(text: string | null | undefined): string | null {
  const word = text?.trim() ?? '';
  return word === '' || word === '-' ? null : word;
}
