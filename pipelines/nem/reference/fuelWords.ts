/**
 * Fuel types of generation. `load` takes power and is never generation; `unknown` is a unit without metadata.
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

type FuelOfWords = Exclude<FuelType, 'load' | 'unknown'>;

/**
 * The one table of fuel words: whole words, in lower case, one blank between them. The longest phrase that
 * fits counts, so "coal seam methane" is gas and "other solid fossil fuels" coal. Sources: the registration
 * list, GENUNITS and the CO2 list, whose words are those of the National Greenhouse and Energy Reporting
 * scheme (NGER); "natrual" is the registry's spelling. Three decisions:
 * - Landfill gas, sewage gas, bagasse and wood are biomass: their carbon is not fossil, and the registry
 *   files them under renewables. Gas out of coal seams and mines is gas.
 * - Liquefied petroleum gas is liquid, as NGER lists it with the liquid and petroleum fuels.
 * - Hydrogen is other: how it was made decides whether it is renewable, and no list says that.
 */
const PHRASES: Readonly<Record<FuelOfWords, readonly string[]>> = {
  coal: [
    'coal',
    'black coal',
    'brown coal',
    'bituminous coal',
    'sub bituminous coal',
    'anthracite',
    'lignite',
    'brown coal briquettes',
    'coal briquettes',
    'coal coke',
    'coal tar',
    'solid fossil fuel',
    'solid fossil fuels',
  ],
  gas: [
    'gas',
    'natural gas',
    'natrual gas',
    'gas pipeline',
    'natural gas pipeline',
    'compressed natural gas',
    'liquefied natural gas',
    'unprocessed natural gas',
    'coal seam methane',
    'coal seam gas',
    'coal mine gas',
    'coal mine methane',
    'coal mine waste gas',
    'waste coal mine gas',
    'coke oven gas',
    'blast furnace gas',
    'town gas',
    'ethane',
    'methane',
  ],
  hydro: ['hydro', 'water', 'hydro water', 'hydroelectric', 'hydro electric', 'pumped hydro'],
  wind: ['wind', 'wind onshore', 'wind offshore', 'onshore wind', 'offshore wind'],
  solar: ['solar', 'solar pv', 'solar photovoltaic', 'photovoltaic', 'solar thermal', 'solar utility'],
  battery: [
    'battery',
    'batteries',
    'battery storage',
    'battery energy storage',
    'battery energy storage system',
    'bess',
  ],
  biomass: [
    'biomass',
    'biomass and industrial materials',
    'primary solid biomass',
    'primary solid biomass fuels',
    'biogas',
    'biogas sludge',
    'sludge biogas',
    'biogas that is captured for combustion',
    'biofuel',
    'biofuels',
    'biodiesel',
    'biomethane',
    'ethanol',
    'bagasse',
    'wood',
    'dry wood',
    'wood waste',
    'green and air dried wood',
    'sulphite lyes',
    'landfill gas',
    'landfill methane',
    'landfill biogas',
    'landfill biogas methane',
    'sewage gas',
    'sewage',
    'sewerage',
    'waste',
    'waste water',
    'municipal waste',
    'municipal and industrial materials',
  ],
  liquid: [
    'diesel',
    'diesel oil',
    'distillate',
    'fuel oil',
    'heating oil',
    'crude oil',
    'oil',
    'kerosene',
    'kerosene non aviation',
    'kerosene aviation',
    'gasoline',
    'petrol',
    'liquid fuel',
    'liquid fuels',
    'liquid',
    'lpg',
    'liquefied petroleum gas',
    'liquified petroleum gas',
  ],
  other: ['hydrogen'],
};

/** Words of origin or plurality that name no fuel. */
const SILENT = new Set(
  [
    'grid',
    'fossil',
    'renewable',
    'renewables',
    'other',
    'fuel',
    'fuels',
    'and',
    'or',
    'the',
    'of',
    'mixed',
  ].concat(['pipeline', 'descriptor', 'primary']),
);

const BY_PHRASE = new Map(
  Object.entries(PHRASES).flatMap(([fuel, phrases]) =>
    phrases.map((phrase) => [phrase, fuel as FuelOfWords] as const),
  ),
);
const LONGEST = Math.max(...[...BY_PHRASE.keys()].map((phrase) => phrase.split(' ').length));

export interface WordsRead {
  /** Fuels named, in the order of the text; of a list the first is the one burnt, the second the reserve. */
  fuels: FuelOfWords[];
  unknownWords: string[];
}

/** Fuels that a text names, and its words that the table does not know. */
export function readFuelWords(text: string): WordsRead {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const read: WordsRead = { fuels: [], unknownWords: [] };
  for (let at = 0; at < words.length;) {
    const length = longestAt(words, at);
    const fuel = BY_PHRASE.get(words.slice(at, at + length).join(' '));
    if (fuel) read.fuels.push(fuel);
    else if (!SILENT.has(words[at]!)) read.unknownWords.push(words[at]!);
    at += Math.max(length, 1);
  }
  return read;
}

/** How many words from `at` on make up the longest phrase, 0 when none begins there. */
function longestAt(words: readonly string[], at: number): number {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length -= 1)
    if (BY_PHRASE.has(words.slice(at, at + length).join(' '))) return length;
  return 0;
}
