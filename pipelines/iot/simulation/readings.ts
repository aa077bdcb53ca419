import type { Device, DeviceType } from './fleet';
import { between, type Random } from './random';
import { airPressure_hpa, energySince2026_kwh, occupancy, outdoorTemperature_c } from './rhythm';

/** What a device measured, by columns of the contract. */
export type Reading = Readonly<Record<string, number>>;

/** A healthy device's values at an instant: the building's rhythm, and a little noise. */
export function readingOf({ device_type, floor }: Device, at_ms: number, random: Random): Reading {
  const noise = (width: number): number => between(random, -width, width);
  const values = MEASURE[device_type](at_ms, noise, floor);
  const all = { ...values, signal_dbm: -62 - 3 * Math.abs(floor) + noise(6) };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, sent(value)]));
}

type Measure = (at_ms: number, noise: (width: number) => number, floor: number) => Reading;

const MEASURE: Record<DeviceType, Measure> = {
  environment_sensor: (at_ms, noise, floor) => ({
    temperature_c: 20 + 2.5 * occupancy(at_ms) + 0.08 * outdoorTemperature_c(at_ms) + noise(0.3),
    humidity_percent: 42 + 6 * occupancy(at_ms) + noise(2),
    pressure_hpa: airPressure_hpa(at_ms) - 0.4 * floor + noise(0.2),
    battery_percent: batteryOf(at_ms),
  }),
  energy_meter: (at_ms, noise) => load(at_ms, noise, { base_w: 1500, busy_w: 9000, factor: 0.93 }),
  hvac_unit: (at_ms, noise) => ({
    ...load(at_ms, noise, { base_w: 2500, busy_w: 14_000, factor: 0.86 }),
    temperature_c: 16 + 0.1 * outdoorTemperature_c(at_ms) + noise(0.5),
    vibration_mm_per_s: 1.6 + 0.8 * occupancy(at_ms) + noise(0.2),
  }),
  pump: (at_ms, noise) => ({
    ...load(at_ms, noise, { base_w: 400, busy_w: 3200, factor: 0.82 }),
    temperature_c: 38 + 9 * occupancy(at_ms) + noise(0.6),
    vibration_mm_per_s: 1.2 + 1.1 * occupancy(at_ms) + noise(0.15),
  }),
};

function load(
  at_ms: number,
  noise: (width: number) => number,
  { base_w, busy_w, factor }: { base_w: number; busy_w: number; factor: number },
): Reading {
  return {
    power_w: (base_w + busy_w * occupancy(at_ms)) * (1 + noise(0.04)),
    power_factor: factor + 0.04 * occupancy(at_ms) + noise(0.015),
    energy_kwh: energySince2026_kwh(at_ms, base_w + busy_w / 3),
  };
}

const BATTERY_LIFE_DAYS = 400;

/** Batteries are changed when they are half empty. */
function batteryOf(at_ms: number): number {
  const days = (at_ms / 86_400_000) % BATTERY_LIFE_DAYS;
  return 100 - (50 * days) / BATTERY_LIFE_DAYS;
}

/** As a device sends it: no more digits than it can tell apart. */
export function sent(value: number): number {
  return Math.round(value * 1000) / 1000;
}
