import {
  dispatchTypeOf,
  dominantFuel,
  exactSum,
  readFuel,
  type DispatchType,
  type FuelType,
} from './fuelTypes';
import { allocationRecords } from './gensetAllocations';
import type { DuAllocRow, GenUnitRow } from './monthlyTables';
import { meanFactor } from './meanFactor';
import { numberOrNull, type MetadataProblem } from './unitMetadata';

/** The combined data of a unit's generating sets. */
export interface GensetFacts {
  fuel_type: FuelType;
  fuel_source: string | null;
  capacity_mw: number | null;
  /** Mean of the sets' factors, weighted by capacity if every set has one. */
  emissions_factor_t_per_mwh: number | null;
}

export interface GensetHistory {
  /** Moments (NEM time) at which the sets of an id change. */
  changesOf(unit_id: string): readonly string[];
  /** Null when the id has no known set. */
  factsAt(unit_id: string, moment: string, dispatch_type: DispatchType): GensetFacts | null;
}

/**
 * Which generating sets stand behind an id, over time. The rule, the same whatever the order of the rows:
 *
 * 1. A set is its GENSETID. Of several rows of a set the one with the latest LASTCHANGED counts, then the one
 *    whose text is greatest; the others are listed when they differ.
 * 2. An allocation (DUALLOC) of an id at an EFFECTIVEDATE, in its highest VERSIONNO, lists all sets of that
 *    id until the id's next EFFECTIVEDATE. The first holds before its date as well: the table is younger than
 *    some units.
 * 3. A set may stand behind several ids at once: a renamed id keeps its facts until its own span ends.
 * 4. An id without an allocation has the sets that state it as their DUID (the CO2 list, of today's ids
 *    only). Else it has the set of its own name, unless an allocation gives that set to another id: OSB01 and
 *    OSB02 are the sets that OSB-AG aggregates since 2000.
 * 5. Sets that take power do not count for a generator or a bidirectional unit that also has others, nor
 *    those that give power for a load.
 */
export function gensetHistory(
  genUnits: readonly GenUnitRow[],
  allocations: readonly DuAllocRow[],
  problems: MetadataProblem[],
): GensetHistory {
  const sets = setsById(genUnits, problems);
  const records = allocationRecords(allocations, problems);
  const allocated = new Set([...records.values()].flat().flatMap((record) => record.sets));
  const stated = setsByStatedUnit(genUnits);
  const setsAt = (unit_id: string, moment: string): readonly string[] => {
    const own = records.get(unit_id);
    if (own) return (own.findLast((record) => record.from <= moment) ?? own[0]!).sets;
    return stated.get(unit_id) ?? (allocated.has(unit_id) ? [] : [unit_id]);
  };
  return {
    changesOf: (unit_id) => (records.get(unit_id) ?? []).slice(1).map((record) => record.from),
    factsAt(unit_id, moment, dispatch_type) {
      const found = setsAt(unit_id, moment).flatMap((id) => sets.get(id) ?? []);
      const [first, ...others] = inRole(found, dispatch_type);
      return first ? together([first, ...others], dispatch_type) : null;
    },
  };
}

function setsById(rows: readonly GenUnitRow[], problems: MetadataProblem[]): Map<string, GenUnitRow> {
  const sets = new Map<string, GenUnitRow>();
  for (const row of [...rows].sort((a, b) => (rank(a) < rank(b) ? 1 : -1))) {
    const taken = sets.get(row.GENSETID ?? '');
    if (!taken) {
      sets.set(row.GENSETID ?? '', row);
      listUnknownWords(row, rows.indexOf(row), problems);
    } else if (facts(taken) !== facts(row))
      problems.push({
        line: rows.indexOf(row) + 3,
        text: JSON.stringify(row),
        problem: `expected one row of generating set ${row.GENSETID}; the one changed last counts`,
      });
  }
  return sets;
}

function listUnknownWords(row: GenUnitRow, index: number, problems: MetadataProblem[]): void {
  const { unknownWords } = readFuel({ dispatchType: 'GENERATOR', fuelSource: row.CO2E_ENERGY_SOURCE });
  if (unknownWords.length === 0) return;
  problems.push({
    line: index + 3,
    text: JSON.stringify(row),
    problem: `generating set ${row.GENSETID}: fuel words that no table knows: ${unknownWords.join(', ')}`,
    isTaken: true,
  });
}

function rank(row: GenUnitRow): string {
  return `${row.LASTCHANGED ?? ''}\n${facts(row)}\n${row.DUID ?? ''}`;
}

/** A row's statement about its set; the DUID is its statement about the unit. */
function facts(row: GenUnitRow): string {
  return JSON.stringify([
    row.CO2E_EMISSIONS_FACTOR,
    row.CO2E_ENERGY_SOURCE,
    row.REGISTEREDCAPACITY,
    row.MAXCAPACITY,
    row.DISPATCHTYPE,
  ]);
}

function setsByStatedUnit(rows: readonly GenUnitRow[]): Map<string, string[]> {
  const stated = new Map<string, Set<string>>();
  for (const { DUID, GENSETID } of rows)
    if (DUID && GENSETID) stated.set(DUID, (stated.get(DUID) ?? new Set()).add(GENSETID));
  return new Map([...stated].map(([unit_id, ids]) => [unit_id, [...ids]]));
}

function inRole(rows: GenUnitRow[], dispatch_type: DispatchType): GenUnitRow[] {
  const isLoad = (row: GenUnitRow) => dispatchTypeOf(row.DISPATCHTYPE ?? '') === 'LOAD';
  const fitting = rows.filter((row) => isLoad(row) === (dispatch_type === 'LOAD'));
  return fitting.length > 0 ? fitting : rows;
}

function together(rows: [GenUnitRow, ...GenUnitRow[]], dispatchType: DispatchType): GensetFacts {
  const parts = rows.map((row) => ({
    fuel_source: row.CO2E_ENERGY_SOURCE,
    fuel_type: readFuel({ dispatchType, fuelSource: row.CO2E_ENERGY_SOURCE }).fuel_type,
    capacity_mw: numberOrNull(row.REGISTEREDCAPACITY ?? row.MAXCAPACITY ?? '', 0) ?? null,
    emissions_factor_t_per_mwh: numberOrNull(row.CO2E_EMISSIONS_FACTOR ?? '', 0) ?? null,
  })) as [GensetFacts, ...GensetFacts[]];
  const { fuel_type, fuel_source } = dominantFuel(parts);
  const capacities = parts.flatMap((each) => (each.capacity_mw === null ? [] : [each.capacity_mw]));
  return {
    fuel_type,
    fuel_source,
    capacity_mw: capacities.length === 0 ? null : exactSum(capacities),
    emissions_factor_t_per_mwh: meanFactor(parts),
  };
}
