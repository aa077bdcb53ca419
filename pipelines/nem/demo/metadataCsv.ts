import { REGIONS } from './fleet';
import type { SimulatedUnit } from './units';

const UNIT_COLUMNS =
  'unit_id,station_name,region_id,fuel_source,technology,dispatch_type,capacity_mw,' +
  'emissions_factor_t_per_mwh,valid_from,valid_to';
const ALWAYS = '2000-01-01 00:00:00';
const OPEN = '2999-12-31 00:00:00';
/** The unit whose capacity changes, so that the join as of an interval has something to choose from. */
const GROWN_UNIT_ID = 'SIM_SA_BATTERY01';
const GROWN_AT = '2026-01-01 00:00:00';
/** The unit whose id ends in a blank, as some of the registry's do. */
const BLANK_UNIT_ID = 'SIM_NSW_SOLAR01';

/**
 * The fleet as `currents metadata load --unit-csv` reads it: one row per unit and span of validity, NEM time.
 */
export function unitMetadataCsv(units: readonly SimulatedUnit[]): string {
  const rows = units.flatMap((unit) =>
    unit.unit_id === GROWN_UNIT_ID
      ? [
          unitRow(unit, Math.round(unit.capacity_mw / 2), ALWAYS, GROWN_AT),
          unitRow(unit, unit.capacity_mw, GROWN_AT, OPEN),
        ]
      : [unitRow(unit, unit.capacity_mw, ALWAYS, OPEN)],
  );
  return [UNIT_COLUMNS, ...rows, ''].join('\n');
}

/** The regions as `currents metadata load --region-csv` reads them. */
export function regionMetadataCsv(): string {
  const rows = REGIONS.map((region) => `${region.region_id},${region.region_name},${region.state}`);
  return ['region_id,region_name,state', ...rows, ''].join('\n');
}

function unitRow(unit: SimulatedUnit, capacity_mw: number, valid_from: string, valid_to: string): string {
  const unit_id = unit.unit_id === BLANK_UNIT_ID ? `${unit.unit_id} ` : unit.unit_id;
  return [
    unit_id,
    unit.station_name,
    unit.region_id,
    unit.fuel_source,
    unit.technology,
    unit.dispatch_type,
    capacity_mw,
    unit.emissions_factor_t_per_mwh,
    valid_from,
    valid_to,
  ].join(',');
}
