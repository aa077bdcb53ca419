import { demandShare, ownPower_mw, unitFactor } from './dayCurves';
import { REGIONS, type FuelKind } from './fleet';
import { flowsBetween, type Flow } from './interconnectors';
import { HOUR_MS, INTERVAL_MS } from './nemStamp';
import { randomFor, smoothNoise } from './random';
import type { RegionState } from './regionState';
import type { SimulatedUnit } from './units';

/**
 * The simulated market over one interval; `power_mw` by unit id is telemetry at the interval's start, as
 * SCADAVALUE is.
 */
export interface MarketInterval {
  interval_end_nem_ms: number;
  power_mw: Map<string, number>;
  regions: RegionState[];
  flows: Flow[];
}

/**
 * Bounds of what a kind runs at, as shares of its capacity, and the share of the remaining demand it takes;
 * in merit order.
 */
const DISPATCHED: readonly { kind: FuelKind; least: number; most: number; appetite: number }[] = [
  { kind: 'coal', least: 0.4, most: 0.93, appetite: 0.8 },
  { kind: 'hydro', least: 0.06, most: 0.8, appetite: 0.65 },
  { kind: 'gas', least: 0.05, most: 0.9, appetite: 1 },
  { kind: 'liquid', least: 0, most: 0.9, appetite: 1 },
];
const OUTAGE_SHARE = 0.07;

/** The market over the interval that ends at `interval_end_nem_ms`; the same for the same seed and fleet. */
export function marketAt(
  units: readonly SimulatedUnit[],
  interval_end_nem_ms: number,
  seed: number,
): MarketInterval {
  const start_nem_ms = interval_end_nem_ms - INTERVAL_MS;
  const running = units.filter((unit) => unit.kind === 'load' || !isOut(unit, start_nem_ms, seed));
  const available = new Map(running.map((unit) => [unit.unit_id, ownPower_mw(unit, start_nem_ms, seed)]));
  const demands = REGIONS.map(
    (region) =>
      region.demand_mw *
      demandShare(start_nem_ms) *
      (0.97 + 0.06 * smoothNoise(seed, `demand ${region.region_id}`, start_nem_ms / HOUR_MS)),
  );
  const shares = dispatchShares(running, available, sum(demands));
  const power_mw = new Map(units.map((unit) => [unit.unit_id, 0]));
  for (const unit of running)
    power_mw.set(unit.unit_id, unitPower_mw(unit, available.get(unit.unit_id) ?? 0, shares, seed));
  return settle(units, interval_end_nem_ms, power_mw, available, demands, shares, seed);
}

interface DispatchShares {
  byKind: Map<FuelKind, number>;
  renewables: number;
  scarcity: number;
}

/** Wind and sun come first and are curtailed when the least the others run at leaves no room for them. */
function dispatchShares(
  units: readonly SimulatedUnit[],
  available: Map<string, number>,
  demand_mw: number,
): DispatchShares {
  const owned = (kinds: FuelKind[]) =>
    sum(units.filter((unit) => kinds.includes(unit.kind)).map((unit) => available.get(unit.unit_id)!));
  const capacity = (kind: FuelKind) =>
    sum(units.filter((unit) => unit.kind === kind).map((unit) => unit.capacity_mw));
  const wanted_mw = demand_mw + owned(['load']) - owned(['battery', 'biomass']);
  const least_mw = sum(DISPATCHED.map(({ kind, least }) => capacity(kind) * least));
  const renewable_mw = Math.max(1, owned(['wind', 'solar']));
  const renewables = Math.min(1, Math.max(0, (wanted_mw - least_mw) / renewable_mw));
  let left_mw = wanted_mw - renewable_mw * renewables;
  const byKind = new Map<FuelKind, number>();
  for (const { kind, least, most, appetite } of DISPATCHED) {
    const share = Math.min(most, Math.max(least, (left_mw * appetite) / Math.max(1, capacity(kind))));
    byKind.set(kind, share);
    left_mw -= share * capacity(kind);
  }
  return {
    byKind,
    renewables,
    scarcity: (wanted_mw - renewable_mw * renewables) / sum(DISPATCHED.map(({ kind }) => capacity(kind))),
  };
}

function unitPower_mw(unit: SimulatedUnit, own_mw: number, shares: DispatchShares, seed: number): number {
  const share = shares.byKind.get(unit.kind);
  if (share !== undefined)
    return Math.min(unit.capacity_mw, unit.capacity_mw * share * (0.55 + 0.5 * unitFactor(unit, seed)));
  const isCurtailed = (unit.kind === 'wind' || unit.kind === 'solar') && own_mw > 0;
  return isCurtailed ? own_mw * shares.renewables : own_mw;
}

function settle(
  units: readonly SimulatedUnit[],
  interval_end_nem_ms: number,
  power_mw: Map<string, number>,
  available: Map<string, number>,
  demands: number[],
  shares: DispatchShares,
  seed: number,
): MarketInterval {
  const regions = REGIONS.map(({ region_id }, index): RegionState => {
    const own = units.filter((unit) => unit.region_id === region_id);
    const total = (kind: FuelKind, values: Map<string, number>) =>
      sum(own.filter((unit) => unit.kind === kind).map((unit) => Math.max(0, values.get(unit.unit_id) ?? 0)));
    const load_mw = total('load', power_mw);
    return {
      region_id,
      demand_mw: demands[index]!,
      // A load's telemetry is positive and inside the sum once: counting it twice turns it into consumption.
      supply_mw: sum(own.map((unit) => power_mw.get(unit.unit_id)!)) - 2 * load_mw,
      available_mw: sum(own.filter((unit) => unit.kind !== 'load').map((unit) => unit.capacity_mw * 0.75)),
      solar_available_mw: total('solar', available),
      wind_available_mw: total('wind', available),
      solar_mw: total('solar', power_mw),
      wind_mw: total('wind', power_mw),
      price_aud_per_mwh: price_aud_per_mwh(region_id, shares, interval_end_nem_ms, seed),
      net_interchange_mw: 0,
    };
  });
  const flows = flowsBetween(regions);
  return { interval_end_nem_ms, power_mw, regions, flows };
}

/** Rises with scarcity, falls below zero when wind and sun are curtailed. */
function price_aud_per_mwh(region_id: string, shares: DispatchShares, nem_ms: number, seed: number): number {
  const spread = 12 * (smoothNoise(seed, `price ${region_id}`, nem_ms / (HOUR_MS / 4)) - 0.5);
  const base =
    shares.renewables < 1
      ? -35 * (1 - shares.renewables)
      : 260 * Math.max(0, shares.scarcity - 0.12) ** 1.3 - 25;
  return base + spread;
}

/** Units are out for whole days, some seven in a hundred at a time. */
function isOut(unit: SimulatedUnit, nem_ms: number, seed: number): boolean {
  return randomFor(seed, 'outage', unit.unit_id, Math.floor(nem_ms / (24 * HOUR_MS)))() < OUTAGE_SHARE;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
