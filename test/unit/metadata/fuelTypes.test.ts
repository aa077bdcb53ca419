import {
  dispatchTypeOf,
  dominantFuel,
  fuelTypeOf,
  type FuelType,
} from '../../../pipelines/nem/reference/fuelTypes';

const GENERATOR = { dispatchType: 'GENERATOR' } as const;

describe("fuel types from the registry's words", () => {
  const sources: Record<string, FuelType> = {
    'Black Coal': 'coal',
    'Brown Coal': 'coal',
    'Black coal': 'coal',
    'Coal Seam Methane': 'gas',
    'Waste Coal Mine Gas': 'gas',
    'Coal mine waste gas': 'gas',
    'Natural Gas': 'gas',
    'Natural Gas (Pipeline)': 'gas',
    'Natrual Gas/ Diesel': 'gas',
    'Natural Gas / Fuel Oil': 'gas',
    Ethane: 'gas',
    Diesel: 'liquid',
    'Diesel oil': 'liquid',
    'Kerosene - non aviation': 'liquid',
    Kerosene: 'liquid',
    Bagasse: 'biomass',
    'Bagasse and Diesel': 'biomass',
    'Biogas - sludge': 'biomass',
    'Landfill Methane / Landfill Gas': 'biomass',
    'Landfill biogas methane': 'biomass',
    'Sewerage / Waste Water': 'biomass',
    'Biomass and industrial materials': 'biomass',
    'Other Biofuels': 'biomass',
    Water: 'hydro',
    Hydro: 'hydro',
    Solar: 'solar',
    solar: 'solar',
    Wind: 'wind',
  };

  it.each(Object.entries(sources))('takes %s for %s', (fuelSource, expected) => {
    expect(
      fuelTypeOf({ ...GENERATOR, fuelSource, technology: 'Open Cycle Gas turbines (OCGT) Combustion' }),
    ).toBe(expected);
  });

  it('takes a battery for a battery even where the registry says wind', () => {
    expect(
      fuelTypeOf({
        dispatchType: 'BIDIRECTIONAL',
        fuelSource: 'Wind',
        fuelSourcePrimary: 'Battery Storage',
        technology: 'Battery and Inverter Storage',
      }),
    ).toBe('battery');
    expect(
      fuelTypeOf({ dispatchType: 'BIDIRECTIONAL', fuelSource: 'Grid', fuelSourcePrimary: 'Battery Storage' }),
    ).toBe('battery');
  });

  it('takes pump storage for hydro whatever water it pumps', () => {
    expect(
      fuelTypeOf({
        ...GENERATOR,
        fuelSource: 'Sewerage / Waste Water',
        technology: 'Pump Storage Renewable',
      }),
    ).toBe('hydro');
  });

  it('never takes a load for generation', () => {
    expect(fuelTypeOf({ dispatchType: 'LOAD', fuelSource: 'Water', technology: 'Hydro - Gravity' })).toBe(
      'load',
    );
    expect(fuelTypeOf({ dispatchType: 'LOAD', fuelSource: 'Grid', technology: 'Battery' })).toBe('load');
  });

  it('reads the technology where no fuel is named, misspelt or not', () => {
    expect(
      fuelTypeOf({ ...GENERATOR, fuelSource: null, technology: 'Photovoltalic Tracking Flat Panel' }),
    ).toBe('solar');
  });

  it('says unknown of silence and other of words it does not know', () => {
    expect(fuelTypeOf({ ...GENERATOR, fuelSource: '-', technology: null })).toBe('unknown');
    expect(fuelTypeOf({ ...GENERATOR, fuelSource: 'Geothermal' })).toBe('other');
  });

  it('lets the largest capacity name a unit of several fuels', () => {
    const parts = [
      { fuel_type: 'gas', capacity_mw: 43 },
      { fuel_type: 'liquid', capacity_mw: 30 },
      { fuel_type: 'liquid', capacity_mw: 20 },
    ] as const;
    expect(dominantFuel([...parts] as [(typeof parts)[number], ...(typeof parts)[number][]]).fuel_type).toBe(
      'liquid',
    );
  });

  it('knows the dispatch types of the registry and of the data model', () => {
    expect(
      ['Generating Unit', 'GENERATOR', 'Bidirectional Unit', 'Load', 'nonsense'].map(dispatchTypeOf),
    ).toEqual(['GENERATOR', 'GENERATOR', 'BIDIRECTIONAL', 'LOAD', undefined]);
  });
});
