/** What drives a group's day curve; equal to the fuel type its registry words mean. */
export type FuelKind =
  'coal' | 'gas' | 'hydro' | 'wind' | 'solar' | 'battery' | 'biomass' | 'liquid' | 'load';

/** Units alike but for size: `[smallest, largest]` capacity in MW, emissions in t CO2-e per MWh. */
export interface FleetGroup {
  region_id: string;
  kind: FuelKind;
  fuel_source: string;
  technology: string;
  dispatch_type: string;
  count: number;
  capacity_mw: readonly [number, number];
  emissions_factor_t_per_mwh: number;
}

const SOURCES: Record<
  string,
  { kind: FuelKind; fuel_source: string; technology: string; dispatch_type: string; emissions: number }
> = {
  blackCoal: {
    kind: 'coal',
    fuel_source: 'Black Coal',
    technology: 'Steam Sub-Critical',
    dispatch_type: 'Generating Unit',
    emissions: 0.89,
  },
  brownCoal: {
    kind: 'coal',
    fuel_source: 'Brown Coal',
    technology: 'Steam Sub-Critical',
    dispatch_type: 'Generating Unit',
    emissions: 1.23,
  },
  gas: {
    kind: 'gas',
    fuel_source: 'Natural Gas (Pipeline)',
    technology: 'Open Cycle Gas turbines (OCGT)',
    dispatch_type: 'Generating Unit',
    emissions: 0.56,
  },
  seamGas: {
    kind: 'gas',
    fuel_source: 'Coal Seam Methane',
    technology: 'Compression Reciprocating Engine',
    dispatch_type: 'Generating Unit',
    emissions: 0.5,
  },
  water: {
    kind: 'hydro',
    fuel_source: 'Water',
    technology: 'Hydro - Gravity',
    dispatch_type: 'Generating Unit',
    emissions: 0,
  },
  wind: {
    kind: 'wind',
    fuel_source: 'Wind',
    technology: 'Wind - Onshore',
    dispatch_type: 'Generating Unit',
    emissions: 0,
  },
  solar: {
    kind: 'solar',
    fuel_source: 'Solar',
    technology: 'Photovoltaic Tracking Flat Panel',
    dispatch_type: 'Generating Unit',
    emissions: 0,
  },
  battery: {
    kind: 'battery',
    fuel_source: 'Grid',
    technology: 'Battery Storage',
    dispatch_type: 'Bidirectional Unit',
    emissions: 0,
  },
  bagasse: {
    kind: 'biomass',
    fuel_source: 'Bagasse',
    technology: 'Steam Sub-Critical',
    dispatch_type: 'Generating Unit',
    emissions: 0,
  },
  landfill: {
    kind: 'biomass',
    fuel_source: 'Landfill Methane / Landfill Gas',
    technology: 'Compression Reciprocating Engine',
    dispatch_type: 'Generating Unit',
    emissions: 0.05,
  },
  diesel: {
    kind: 'liquid',
    fuel_source: 'Diesel',
    technology: 'Compression Reciprocating Engine',
    dispatch_type: 'Generating Unit',
    emissions: 0.73,
  },
  pump: { kind: 'load', fuel_source: '-', technology: '-', dispatch_type: 'Load', emissions: 0 },
};

function group(
  region_id: string,
  source: string,
  count: number,
  smallest_mw: number,
  largest_mw: number,
): FleetGroup {
  const { emissions, ...words } = SOURCES[source]!;
  return {
    region_id,
    ...words,
    count,
    capacity_mw: [smallest_mw, largest_mw],
    emissions_factor_t_per_mwh: emissions,
  };
}

/** Some 500 made-up units in the proportions of the market of 2026; no unit is modelled on a real one. */
export const FLEET: readonly FleetGroup[] = [
  group('NSW1', 'blackCoal', 12, 660, 720),
  group('NSW1', 'gas', 12, 40, 220),
  group('NSW1', 'seamGas', 4, 5, 20),
  group('NSW1', 'water', 16, 20, 200),
  group('NSW1', 'wind', 20, 60, 300),
  group('NSW1', 'solar', 52, 10, 160),
  group('NSW1', 'battery', 14, 50, 300),
  group('NSW1', 'landfill', 8, 2, 30),
  group('NSW1', 'diesel', 2, 20, 50),
  group('NSW1', 'pump', 1, 240, 240),
  group('QLD1', 'blackCoal', 20, 280, 560),
  group('QLD1', 'gas', 14, 30, 240),
  group('QLD1', 'seamGas', 6, 5, 40),
  group('QLD1', 'water', 7, 20, 120),
  group('QLD1', 'wind', 12, 60, 300),
  group('QLD1', 'solar', 48, 10, 150),
  group('QLD1', 'battery', 12, 50, 300),
  group('QLD1', 'bagasse', 9, 5, 60),
  group('QLD1', 'diesel', 3, 20, 60),
  group('QLD1', 'pump', 2, 240, 240),
  group('SA1', 'gas', 19, 30, 200),
  group('SA1', 'wind', 24, 40, 200),
  group('SA1', 'solar', 14, 10, 130),
  group('SA1', 'battery', 13, 25, 200),
  group('SA1', 'landfill', 3, 2, 10),
  group('SA1', 'diesel', 9, 10, 60),
  group('TAS1', 'water', 30, 15, 150),
  group('TAS1', 'wind', 6, 60, 170),
  group('TAS1', 'gas', 4, 40, 100),
  group('TAS1', 'battery', 1, 40, 40),
  group('VIC1', 'brownCoal', 10, 380, 560),
  group('VIC1', 'gas', 16, 40, 180),
  group('VIC1', 'water', 20, 15, 160),
  group('VIC1', 'wind', 38, 50, 250),
  group('VIC1', 'solar', 18, 10, 130),
  group('VIC1', 'battery', 14, 50, 300),
  group('VIC1', 'landfill', 8, 2, 12),
  group('VIC1', 'pump', 1, 120, 120),
];

/**
 * Operational demand around which a region's day turns, and how far east of the market's clock its sun runs.
 */
export const REGIONS: readonly {
  region_id: string;
  region_name: string;
  state: string;
  demand_mw: number;
  sunLag_h: number;
  rooftop_mw: number;
}[] = [
  {
    region_id: 'NSW1',
    region_name: 'New South Wales (simulated)',
    state: 'NSW',
    demand_mw: 7900,
    sunLag_h: 0,
    rooftop_mw: 4700,
  },
  {
    region_id: 'QLD1',
    region_name: 'Queensland (simulated)',
    state: 'QLD',
    demand_mw: 6300,
    sunLag_h: -0.1,
    rooftop_mw: 4300,
  },
  {
    region_id: 'SA1',
    region_name: 'South Australia (simulated)',
    state: 'SA',
    demand_mw: 1400,
    sunLag_h: 0.75,
    rooftop_mw: 1700,
  },
  {
    region_id: 'TAS1',
    region_name: 'Tasmania (simulated)',
    state: 'TAS',
    demand_mw: 1150,
    sunLag_h: 0.2,
    rooftop_mw: 220,
  },
  {
    region_id: 'VIC1',
    region_name: 'Victoria (simulated)',
    state: 'VIC',
    demand_mw: 5000,
    sunLag_h: 0.3,
    rooftop_mw: 3300,
  },
];
