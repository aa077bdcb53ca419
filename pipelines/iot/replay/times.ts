import { DAY_MS } from '../../../core/interval';

const WEEK_MS = 7 * DAY_MS;
const NAMES = ['timestamp', 'event_at', 'date', 'time', 'datetime'];
const PARTS = ['year', 'month', 'day', 'hour'];
const DATE_AND_TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?Z?$/;

/** Reads the time of a row, in UTC; NaN where there is none. Undefined for a table without times. */
export function timeReader(columns: readonly string[]): ((row: readonly string[]) => number) | undefined {
  const place = columns.findIndex((name) => NAMES.includes(name));
  if (place >= 0) return (row) => instantOf(row[place] ?? '');
  const places = PARTS.map((name) => columns.indexOf(name));
  if (places.includes(-1)) return undefined;
  return (row) => {
    const [year = NaN, month = NaN, day = NaN, hour = NaN] = places.map((at) => Number(row[at] || NaN));
    return Date.UTC(year, month - 1, day, hour);
  };
}

function instantOf(text: string): number {
  const found = DATE_AND_TIME.exec(text);
  if (!found) return NaN;
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

/** Whole weeks, so that days of the week and times of the day stay: the newest row is at most a week old. */
export function shiftOf(newest_ms: number, start_ms: number): number {
  return Math.floor((start_ms - newest_ms) / WEEK_MS) * WEEK_MS;
}
