import { FLEET, type FleetGroup, type FuelKind } from './fleet';
import { randomFor } from './random';

/** A simulated unit. `unit_id` always begins with `SIM`, `station_name` with `SIMULATED`. */
export interface SimulatedUnit {
  unit_id: string;
  station_name: string;
  region_id: string;
  kind: FuelKind;
  fuel_source: string;
  technology: string;
  dispatch_type: string;
  capacity_mw: number;
  emissions_factor_t_per_mwh: number;
}

/** Ids with the characters that real ones have and that break paths and keys. */
const AWKWARD_IDS: Record<string, string> = { SIM_QLD_HYDRO02: 'SIM_W/HOE#2', SIM_NSW_COAL01: 'SIM_COAL#1' };
const UNITS_PER_STATION: Partial<Record<FuelKind, number>> = { coal: 4, gas: 2, hydro: 3 };

/** The registered fleet, the same for the same seed; sorted by unit id, as published files are. */
export function simulatedUnits(seed: number): SimulatedUnit[] {
  const numbers = new Map<string, number>();
  const units = FLEET.flatMap((group) =>
    Array.from({ length: group.count }, () => unitOf(group, nextNumber(numbers, group), seed)),
  );
  return units.sort((a, b) => (a.unit_id < b.unit_id ? -1 : 1));
}

function nextNumber(numbers: Map<string, number>, group: FleetGroup): number {
  const name = `${group.region_id}|${group.kind}`;
  const number = (numbers.get(name) ?? 0) + 1;
  numbers.set(name, number);
  return number;
}

function unitOf(group: FleetGroup, number: number, seed: number): SimulatedUnit {
  const state = group.region_id.slice(0, -1);
  const plainId = `SIM_${state}_${group.kind.toUpperCase()}${String(number).padStart(2, '0')}`;
  const [smallest_mw, largest_mw] = group.capacity_mw;
  const size = randomFor(seed, 'capacity', plainId)();
  return {
    unit_id: AWKWARD_IDS[plainId] ?? plainId,
    station_name: `SIMULATED ${state} ${group.kind} ${Math.ceil(number / (UNITS_PER_STATION[group.kind] ?? 1))}`,
    region_id: group.region_id,
    kind: group.kind,
    fuel_source: group.fuel_source,
    technology: group.technology,
    dispatch_type: group.dispatch_type,
    emissions_factor_t_per_mwh: group.emissions_factor_t_per_mwh,
    capacity_mw: Math.round(smallest_mw + size * size * (largest_mw - smallest_mw)),
  };
}
