import { InvalidPlanError } from './errors';

/**
 * Wall-clock stamps of the simulated market. A `nem_ms` is the NEM wall clock read as if it were UTC; it
 * never meets a real instant. Kept apart from the pipeline's own time module on purpose: a mistake there must
 * show as a difference between what the look-alike published and what the lake holds, and not cancel out.
 */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const INTERVAL_MS = 5 * MINUTE_MS;
export const NEM_OFFSET_MS = 10 * HOUR_MS;

/**
 * Reads NEM time such as `2026-11-20 12:00`, `2026/11/20 12:00:00` or `2026-11-20T12:00`.
 *
 * @throws InvalidPlanError for anything else, an offset included: the stamp is NEM time by definition.
 */
export function readNemStamp(text: string): number {
  const parts = /^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!parts) throw new InvalidPlanError('fromNem', 'NEM time without offset such as 2026-11-20 12:00', text);
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second || 0);
}

/** NEM wall clock now, for a site that publishes as time goes by. */
export function nemNow(now_ms: number): number {
  return now_ms + NEM_OFFSET_MS;
}

/** `YYYY/MM/DD HH:MM:SS`, the form inside reports. */
export function reportStamp(nem_ms: number): string {
  return new Date(nem_ms).toISOString().slice(0, 19).replace(/-/g, '/').replace('T', ' ');
}

/**
 * `YYYYMMDDHHMMSS` cut to `digits`, the form inside file names: 8 for a day, 12 for a minute, 14 for a
 * second.
 */
export function nameStamp(nem_ms: number, digits: 8 | 12 | 14): string {
  return new Date(nem_ms).toISOString().replace(/\D/g, '').slice(0, digits);
}

/** Hours since midnight, 0 to under 24. */
export function hourOfDay(nem_ms: number): number {
  return (nem_ms % DAY_MS) / HOUR_MS;
}

/** `YYYYMMDDPPP` of the trading day (04:00, 04:00 next day]; period 001 ends 04:05, 288 ends 04:00. */
export function dispatchInterval(intervalEnd_nem_ms: number): string {
  const sinceFour_ms = intervalEnd_nem_ms - INTERVAL_MS - 4 * HOUR_MS;
  const period = Math.floor((sinceFour_ms % DAY_MS) / INTERVAL_MS) + 1;
  return nameStamp(sinceFour_ms, 8) + String(period).padStart(3, '0');
}
