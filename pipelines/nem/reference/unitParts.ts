import { dominantFuel, exactSum } from './fuelTypes';
import { meanFactor } from './meanFactor';
import type { MetadataProblem, UnitMetadata } from './unitMetadata';

/** One of the rows that describe an id over the same span. */
export interface UnitPart {
  line: number;
  text: string;
  unit: UnitMetadata;
  /** Physical units that the row speaks of, null when it does not say. */
  sets: ReadonlySet<string> | null;
  /** Size of one physical unit, MW, where the list states it. */
  unit_size_mw?: number | null;
}

type Parts = [UnitPart, ...UnitPart[]];

/**
 * One unit out of all rows of an id over one span. The rule, the same whatever the order of the rows:
 *
 * 1. Rows that speak of the same physical units, or that name none and state the same figures, repeat one
 *    figure: it counts once, the largest. So do equal figures when the sizes of the physical units add up to
 *    one of them rather than to their sum.
 * 2. All other rows are sets of their own: capacities add up, the fuel with the largest capacity names the
 *    unit, the emissions factor is the mean by capacity.
 * 3. An id that both gives and takes power is bidirectional; its capacity and fuel are those of the rows that
 *    give power.
 * 4. Where station or region differ, the row with the largest capacity counts.
 *
 * Rows that repeat or disagree are listed.
 */
export function unitOfParts(parts: Parts, problems: MetadataProblem[]): UnitMetadata {
  const sorted = [...parts].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)) as Parts;
  if (sorted.length === 1) return sorted[0].unit;
  const roles = new Set(sorted.map((part) => part.unit.dispatch_type));
  const dispatch_type = roles.size === 1 ? sorted[0].unit.dispatch_type : 'BIDIRECTIONAL';
  const giving = sorted.filter((part) => roles.size === 1 || part.unit.dispatch_type !== 'LOAD') as Parts;
  const counted = onceEach(giving);
  const units = counted.map((part) => part.unit) as [UnitMetadata, ...UnitMetadata[]];
  listDoubts(parts, counted, roles.size > 1, problems);
  const { fuel_type, fuel_source } = dominantFuel(units);
  const known = units.flatMap((unit) => (unit.capacity_mw === null ? [] : [unit.capacity_mw]));
  return {
    ...giving[0].unit,
    dispatch_type,
    fuel_type,
    fuel_source,
    capacity_mw: known.length === 0 ? null : exactSum(known),
    emissions_factor_t_per_mwh: meanFactor(units),
  };
}

/** Largest capacity first; then by everything a row says, so that equal ranks are equal rows. */
function rank({ unit, sets, text }: UnitPart): string {
  const capacity = String(1e9 - (unit.capacity_mw ?? 0)).padStart(20, '0');
  return [capacity, JSON.stringify({ ...unit, source: '' }), [...(sets ?? [])].sort().join(), text].join(
    '\n',
  );
}

/** One row of each set of physical units; `parts` come with the largest capacity first. */
function onceEach(parts: Parts): UnitPart[] {
  if (isOneFigure(parts)) return [parts[0]];
  const groups: UnitPart[][] = [];
  for (const part of parts) {
    const same = groups.filter((group) => group.some((other) => areSame(other, part)));
    const merged = [...same.flat(), part];
    for (const group of same) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((group) => group[0]!);
}

function areSame(a: UnitPart, b: UnitPart): boolean {
  if (a.sets && b.sets) return [...a.sets].some((set) => b.sets!.has(set));
  return a.unit.capacity_mw === b.unit.capacity_mw && a.unit.fuel_source === b.unit.fuel_source;
}

/** True when all rows state one figure and the sizes of their physical units add up to about that figure. */
function isOneFigure(parts: Parts): boolean {
  const figure_mw = parts[0].unit.capacity_mw;
  if (!figure_mw || parts.some((part) => part.unit.capacity_mw !== figure_mw)) return false;
  if (!parts.every((part) => part.sets && part.unit_size_mw)) return false;
  const stated_mw = exactSum(parts.map((part) => part.sets!.size * part.unit_size_mw!));
  return Math.abs(stated_mw - figure_mw) < Math.abs(stated_mw - figure_mw * parts.length);
}

function listDoubts(parts: Parts, counted: UnitPart[], isMixed: boolean, problems: MetadataProblem[]): void {
  const [largest] = counted as Parts;
  const odd = parts.filter(
    ({ unit }) =>
      unit.region_id !== largest.unit.region_id || unit.station_name !== largest.unit.station_name,
  );
  const id = largest.unit.unit_id;
  const list = ({ line, text }: UnitPart, problem: string) =>
    problems.push({ line, text, problem: `${id}: ${problem}`, isTaken: true });
  for (const part of odd) list(part, 'expected one station and region; those of the largest row count');
  for (const part of parts) {
    if (isMixed && part.unit.dispatch_type === 'LOAD')
      list(part, 'gives power in other rows; the id is bidirectional');
    else if (!counted.includes(part)) list(part, 'repeats the figures of another row, which count once');
    else if (counted.length > 1) list(part, `one of ${counted.length} rows whose capacities are added up`);
  }
}

/** `1-3`, `1,2-3`, `GT1 & GT2`: the single units; null for an empty cell, `-` or text without a range. */
export function physicalUnits(text: string): ReadonlySet<string> | null {
  const names = text
    .split(/[,;&/+]|\band\b/i)
    .map((name) => name.trim().toUpperCase())
    .filter((name) => name !== '' && name !== '-');
  const units = names.flatMap((name) => {
    const range = /^(\d{1,4})\s*(?:-|TO)\s*(\d{1,4})$/.exec(name);
    if (!range) return [name];
    const [from, to] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: Math.max(to - from + 1, 0) }, (_, index) => String(from + index));
  });
  return units.length === 0 ? null : new Set(units);
}
