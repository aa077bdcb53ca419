import { readFuel, type FuelType } from '../../../pipelines/nem/reference/fuelTypes';
import { describeReal } from '../../realData';
import { co2Rows, workbookRows } from './support/rawLists';

/** Words of the registration list, GENUNITS, the CO2 list and the reporting scheme that both lists quote. */
const WORDS: Record<string, FuelType> = {
  'Other solid fossil fuels': 'coal',
  'Solid fossil fuels': 'coal',
  Lignite: 'coal',
  'Brown coal briquettes': 'coal',
  Hydrogen: 'other',
  hydrogen: 'other',
  'Liquefied petroleum gas': 'liquid',
  LPG: 'liquid',
  'Liquefied natural gas': 'gas',
  'Coal seam methane': 'gas',
  'Coal mine waste gas': 'gas',
  'Coke oven gas': 'gas',
  'Natural Gas (Pipeline)': 'gas',
  'Kerosene - non aviation': 'liquid',
  'Fuel oil': 'liquid',
  'Landfill biogas methane': 'biomass',
  'Primary solid biomass fuels': 'biomass',
  'Biomass and industrial materials': 'biomass',
  'Other Biofuels': 'biomass',
  'Sewerage / Waste Water': 'biomass',
  Hydro: 'hydro',
  Water: 'hydro',
  'Solar PV': 'solar',
  'Battery Storage': 'battery',
};

function fuelOf(fuelSource: string) {
  return readFuel({ dispatchType: 'GENERATOR', fuelSource });
}

describe('fuel words', () => {
  it.each(Object.entries(WORDS))('%s is %s', (word, fuel_type) => {
    expect(fuelOf(word)).toEqual({ fuel_type, unknownWords: [] });
    expect(fuelOf(word.toUpperCase()).fuel_type).toBe(fuel_type);
  });

  it.each(['Hydrocarbons', 'Windmill', 'Gasworks', 'Woodford', 'Charcoal', 'Solaris', 'Coalition'])(
    'never takes a part of %s for a fuel, and names it',
    (word) => {
      expect(fuelOf(word)).toEqual({ fuel_type: 'other', unknownWords: [word.toLowerCase()] });
    },
  );

  it('does not guess from the words it knows when others stand beside them', () => {
    expect(fuelOf('Solar gel')).toEqual({ fuel_type: 'other', unknownWords: ['gel'] });
  });

  it('names a technology that decides nothing where no fuel is stated', () => {
    const of = (technology: string) => readFuel({ dispatchType: 'GENERATOR', fuelSource: '-', technology });
    expect(of('Compressed Air')).toEqual({ fuel_type: 'other', unknownWords: ['compressed air'] });
    expect(of('Wind - Onshore')).toEqual({ fuel_type: 'wind', unknownWords: [] });
    expect(readFuel({ dispatchType: 'GENERATOR', fuelSource: 'Grid BESS' })).toEqual({
      fuel_type: 'battery',
      unknownWords: [],
    });
  });

  it('never takes a fuel cell for water by the spelling of its technology', () => {
    const read = readFuel({
      dispatchType: 'GENERATOR',
      fuelSource: 'Hydrogen',
      technology: 'Hydrogen fuel cell',
    });
    expect(read.fuel_type).toBe('other');
  });
});

describeReal("the operator's own vocabulary", () => {
  const EXPECTED_CO2: Record<string, FuelType> = {
    'Natural Gas (Pipeline)': 'gas',
    Hydro: 'hydro',
    'Black coal': 'coal',
    Wind: 'wind',
    'Landfill biogas methane': 'biomass',
    'Diesel oil': 'liquid',
    'Coal seam methane': 'gas',
    'Brown coal': 'coal',
    Solar: 'solar',
    'Kerosene - non aviation': 'liquid',
    'Coal mine waste gas': 'gas',
    Bagasse: 'biomass',
    'Biomass and industrial materials': 'biomass',
    'Other Biofuels': 'biomass',
  };

  it('of the CO2 list is known whole, word by word as read by hand', () => {
    const words = [...new Set(co2Rows().map((row) => row.CO2E_ENERGY_SOURCE!))];
    expect(Object.fromEntries(words.map((word) => [word, fuelOf(word).fuel_type]))).toEqual(EXPECTED_CO2);
    expect(words.flatMap((word) => fuelOf(word).unknownWords)).toEqual([]);
  });

  it('of the registration list is known whole', async () => {
    const rows = await workbookRows();
    const words = new Set(
      rows.flatMap((row) => [row['Fuel Source - Primary']!, row['Fuel Source - Descriptor']!]),
    );
    expect(words.size).toBeGreaterThan(25);
    expect([...words].flatMap((word) => fuelOf(word).unknownWords)).toEqual([]);
  });
});
