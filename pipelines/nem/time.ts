import { DAY_MS } from '../../core/interval';

/**
 * The one owner of market time. Every stamp the market operator publishes is NEM time: UTC+10 all year, in
 * every region, without daylight saving (AEMO, Guide to the MMS Data Model). SETTLEMENTDATE and
 * INTERVAL_DATETIME mark the END of an interval. An `instant_ms` is milliseconds since the epoch in UTC.
 */
export const NEM_OFFSET_MS = 10 * 3_600_000;

export const FIVE_MINUTES_MS = 5 * 60_000;
export const HALF_HOUR_MS = 30 * 60_000;
/** The trading day is (04:00, 04:00 on the next day]. */
export const TRADING_DAY_START_MS = 4 * 3_600_000;

/**
 * Instant of `YYYY/MM/DD HH:MM:SS`, with or without double quotes; undefined when the text is not a real
 * time.
 */
export function nemInstant(text: string): number | undefined {
  const parts = /^("?)(\d{4})\/(\d{2})\/(\d{2}) (\d{2}):(\d{2}):(\d{2})\1$/.exec(text);
  return parts ? instantOf(parts.slice(2).map(Number)) : undefined;
}

/** `YYYY/MM/DD HH:MM:SS` in NEM time; fractions of a second are dropped. */
export function formatNemStamp(instant_ms: number): string {
  return nemIso(instant_ms).slice(0, 19).replace(/-/g, '/').replace('T', ' ');
}

/**
 * Instant of a stamp inside a file name: `YYYYMMDD` (midnight at the day's start), `YYYYMMDDHHMM` or
 * `YYYYMMDDHHMMSS`.
 */
export function fileStampInstant(text: string): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(text);
  return parts ? instantOf(parts.slice(1).map((part) => Number(part ?? 0))) : undefined;
}

/**
 * `YYYY-MM-DD` of the trading day that holds the interval ENDING at this instant: 04:00 still belongs to the
 * day before.
 */
export function tradingDate(intervalEnd_ms: number): string {
  return nemIso(intervalEnd_ms - TRADING_DAY_START_MS - 1).slice(0, 10);
}

/**
 * `YYYYMMDDPPP`, the market's number of a 5-minute interval: 001 ends at 04:05, 288 at 04:00 of the next day.
 */
export function dispatchInterval(intervalEnd_ms: number): string {
  const sinceFour_ms = intervalEnd_ms + NEM_OFFSET_MS - TRADING_DAY_START_MS - 1;
  const period = Math.floor((sinceFour_ms % DAY_MS) / FIVE_MINUTES_MS) + 1;
  return tradingDate(intervalEnd_ms).replace(/-/g, '') + String(period).padStart(3, '0');
}

/** NEM wall clock written as ISO 8601 with the Z of a UTC time; only its digits are used. */
function nemIso(instant_ms: number): string {
  return new Date(instant_ms + NEM_OFFSET_MS).toISOString();
}

/** Date.UTC rolls 31 February over into March; a stamp that does not come back as written is not a time. */
function instantOf(parts: number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const wall_ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(wall_ms);
  const isReal =
    year >= 1000 &&
    back.getUTCMonth() === month - 1 &&
    back.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return isReal ? wall_ms - NEM_OFFSET_MS : undefined;
}
