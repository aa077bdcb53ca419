import { REGIONS } from './fleet';
import { HOUR_MS, hourOfDay } from './nemStamp';
import { randomFor, smoothNoise } from './random';
import type { SimulatedUnit } from './units';

const SUNRISE_H = 5.2;
const SUNSET_H = 18.9;

/** Share of the clear-sky maximum, 0 at night to 1 at noon, `sunLag_h` later than on the market's clock. */
export function sunShare(nem_ms: number, sunLag_h: number): number {
  const hour = hourOfDay(nem_ms) - sunLag_h;
  if (hour <= SUNRISE_H || hour >= SUNSET_H) return 0;
  return Math.sin((Math.PI * (hour - SUNRISE_H)) / (SUNSET_H - SUNRISE_H)) ** 0.7;
}

/**
 * Share of its average that a region's operational demand has: morning and evening peaks, a dip under rooftop
 * solar.
 */
export function demandShare(nem_ms: number): number {
  const hour = hourOfDay(nem_ms);
  return (
    0.86 +
    0.12 * bell(hour, 7.5, 1.8) +
    0.28 * bell(hour, 18.5, 2.2) -
    0.2 * bell(hour, 12.5, 2.6) -
    0.06 * bell(hour, 3.5, 2.5)
  );
}

/**
 * What the unit could make (wind, sun) or does by habit (batteries, biomass, loads), MW; 0 for what is
 * dispatched on residual demand.
 */
export function ownPower_mw(unit: SimulatedUnit, nem_ms: number, seed: number): number {
  switch (unit.kind) {
    case 'solar':
      return solar_mw(unit, nem_ms, seed);
    case 'wind':
      return wind_mw(unit, nem_ms, seed);
    case 'battery':
      return unit.capacity_mw * batteryShare(hourOfDay(nem_ms)) * unitFactor(unit, seed);
    case 'biomass':
      return unit.capacity_mw * 0.6 * unitFactor(unit, seed);
    case 'load':
      return unit.capacity_mw * 0.85 * bell(hourOfDay(nem_ms), 12, 2);
    case 'coal':
    case 'gas':
    case 'hydro':
    case 'liquid':
      return 0;
  }
}

/** A unit's steady difference from its kind's average, 0.7 to 1.1. */
export function unitFactor(unit: SimulatedUnit, seed: number): number {
  return 0.7 + 0.4 * randomFor(seed, 'factor', unit.unit_id)();
}

/** Solar farms take a little from the grid at night: real telemetry shows small negative values then. */
function solar_mw(unit: SimulatedUnit, nem_ms: number, seed: number): number {
  const lag_h = REGIONS.find((region) => region.region_id === unit.region_id)?.sunLag_h ?? 0;
  const sun = sunShare(nem_ms, lag_h);
  if (sun === 0) return -0.004 * unit.capacity_mw * unitFactor(unit, seed);
  const clearness = 0.55 + 0.45 * smoothNoise(seed, `cloud ${unit.unit_id}`, nem_ms / (HOUR_MS / 2));
  return unit.capacity_mw * sun * clearness * 0.95;
}

function wind_mw(unit: SimulatedUnit, nem_ms: number, seed: number): number {
  const regional = smoothNoise(seed, `wind ${unit.region_id}`, nem_ms / (6 * HOUR_MS));
  const local = smoothNoise(seed, `wind ${unit.unit_id}`, nem_ms / HOUR_MS);
  const share = 0.7 * regional + 0.3 * local - 0.12;
  return share < 0.01 ? -0.003 * unit.capacity_mw : unit.capacity_mw * Math.min(0.95, share);
}

/** Charges (negative) under the midday sun, discharges into the evening peak. */
function batteryShare(hour: number): number {
  return 0.75 * bell(hour, 18.75, 1.4) + 0.15 * bell(hour, 7.3, 0.9) - 0.55 * bell(hour, 12.3, 2);
}

function bell(hour: number, centre_h: number, width_h: number): number {
  const distance = (hour - centre_h) / width_h;
  return Math.exp(-distance * distance);
}
