import { dominantFuel, fuelTypeOf, type DispatchType, type FuelType } from './fuelTypes';
import type { DuAllocRow, GenUnitRow } from './monthlyTables';
import { numberOrNull } from './unitMetadata';

/** What a unit's generating sets say of it together. */
export interface GensetFacts {
  fuel_type: FuelType;
  fuel_source: string | null;
  capacity_mw: number | null;
  /** Mean of the sets' factors, weighted by capacity where every set states one. */
  emissions_factor_t_per_mwh: number | null;
}

interface Genset extends GensetFacts {
  unit_id: string;
}

/** Facts by DUID. A set without an allocation belongs to the DUID that has its name, which holds for most. */
export function gensetFacts(
  genUnits: readonly GenUnitRow[],
  allocations: readonly DuAllocRow[],
  dispatchTypes: ReadonlyMap<string, DispatchType>,
): Map<string, GensetFacts> {
  const owners = latestOwners(allocations);
  const groups = new Map<string, [Genset, ...Genset[]]>();
  for (const row of genUnits) {
    const genset = gensetOf(row, owners, dispatchTypes);
    const group = groups.get(genset.unit_id);
    if (group) group.push(genset);
    else groups.set(genset.unit_id, [genset]);
  }
  return new Map([...groups].map(([unit_id, group]) => [unit_id, together(group)]));
}

function latestOwners(allocations: readonly DuAllocRow[]): Map<string, string> {
  const order = (row: DuAllocRow) => `${row.EFFECTIVEDATE} ${(row.VERSIONNO ?? '').padStart(6, '0')}`;
  const sorted = [...allocations].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return new Map(sorted.map((row) => [row.GENSETID ?? '', row.DUID ?? '']));
}

function gensetOf(
  row: GenUnitRow,
  owners: ReadonlyMap<string, string>,
  dispatchTypes: ReadonlyMap<string, DispatchType>,
): Genset {
  const unit_id = row.DUID ?? owners.get(row.GENSETID ?? '') ?? row.GENSETID ?? '';
  const fuel_source = row.CO2E_ENERGY_SOURCE;
  return {
    unit_id,
    fuel_source,
    fuel_type: fuelTypeOf({
      dispatchType: dispatchTypes.get(unit_id) ?? 'GENERATOR',
      fuelSource: fuel_source,
    }),
    capacity_mw: numberOrNull(row.REGISTEREDCAPACITY ?? row.MAXCAPACITY ?? '', 0) ?? null,
    emissions_factor_t_per_mwh: numberOrNull(row.CO2E_EMISSIONS_FACTOR ?? '', 0) ?? null,
  };
}

function together(group: [Genset, ...Genset[]]): GensetFacts {
  const { fuel_type, fuel_source } = dominantFuel(group);
  const isWeighted = group.every((each) => each.capacity_mw !== null && each.capacity_mw > 0);
  const known = group.flatMap(({ emissions_factor_t_per_mwh: factor, capacity_mw }) =>
    factor === null ? [] : [{ factor, weight: isWeighted ? capacity_mw! : 1 }],
  );
  const weight = known.reduce((sum, each) => sum + each.weight, 0);
  const mean = known.reduce((sum, each) => sum + each.factor * each.weight, 0) / weight;
  const capacities = group.flatMap((each) => (each.capacity_mw === null ? [] : [each.capacity_mw]));
  return {
    fuel_type,
    fuel_source,
    capacity_mw: capacities.length === 0 ? null : capacities.reduce((sum, value) => sum + value, 0),
    emissions_factor_t_per_mwh: known.length === 0 ? null : Math.round(mean * 1e6) / 1e6,
  };
}
