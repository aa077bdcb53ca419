import { DAY_MS } from '../../../core/interval';

const HOUR_MS = 3_600_000;
const WORK_BEGINS_HOUR = 6;
const WORK_ENDS_HOUR = 20;
const WEEKEND_SHARE = 0.2;
const YEAR_DAYS = 365.25;
/** The warmest hour and day of the year, in the northern half of the world. */
const WARMEST_HOUR = 15;
const WARMEST_DAY = 200;

/** How busy a building is: 0 at night, 1 at the middle of a working day, little at the weekend; UTC. */
export function occupancy(at_ms: number): number {
  const hour = (at_ms % DAY_MS) / HOUR_MS;
  if (hour <= WORK_BEGINS_HOUR || hour >= WORK_ENDS_HOUR) return 0;
  const ofDay = Math.sin((Math.PI * (hour - WORK_BEGINS_HOUR)) / (WORK_ENDS_HOUR - WORK_BEGINS_HOUR));
  return isWeekend(at_ms) ? WEEKEND_SHARE * ofDay : ofDay;
}

function isWeekend(at_ms: number): boolean {
  return [0, 6].includes(new Date(at_ms).getUTCDay());
}

/** Air outside: a year and a day of warmth. */
export function outdoorTemperature_c(at_ms: number): number {
  return (
    11 + 9 * turn(at_ms / DAY_MS - WARMEST_DAY, YEAR_DAYS) + 4 * turn(at_ms / HOUR_MS - WARMEST_HOUR, 24)
  );
}

/** Pressure passes in waves of some days. */
export function airPressure_hpa(at_ms: number): number {
  return 1013 + 9 * turn(at_ms / HOUR_MS, 97) + 4 * turn(at_ms / HOUR_MS, 31);
}

/** 1 at the beginning of each period, -1 at its middle. */
function turn(since: number, period: number): number {
  return Math.cos((2 * Math.PI * since) / period);
}

/**
 * Energy since 2026 of a load of this mean, less at night than by day. It never falls, so that a second run
 * of the simulator continues the register of the first.
 */
export function energySince2026_kwh(at_ms: number, mean_w: number): number {
  const hours = (at_ms - Date.UTC(2026, 0, 1)) / HOUR_MS;
  const daily = (0.8 * 24 * (1 - Math.cos((2 * Math.PI * hours) / 24))) / (2 * Math.PI);
  return (mean_w / 1000) * (hours + daily);
}
