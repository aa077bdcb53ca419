import { InvalidIntervalError } from './errors';

/** Half-open interval `[start, end)` in UTC; both ends are ISO 8601 with `Z`. */
export interface Interval {
  start: string;
  end: string;
}

export const DAY_MS = 24 * 3_600_000;

/** The interval of length `step_ms` that starts at `start_ms` (milliseconds since the epoch). */
export function intervalAt(start_ms: number, step_ms: number): Interval {
  return { start: isoSeconds(start_ms), end: isoSeconds(start_ms + step_ms) };
}

/** ISO 8601 in UTC without fractions of a second, the form Temporal Schedules put into workflow ids. */
export function isoSeconds(instant_ms: number): string {
  return new Date(instant_ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * Milliseconds since the epoch of an ISO 8601 date or date-time. One without an offset is read as UTC.
 *
 * @throws InvalidIntervalError when the text is not ISO 8601.
 */
export function parseInstant(text: string, name: string): number {
  const isIso = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const instant_ms = isIso ? Date.parse(hasOffset ? text : withUtc(text)) : Number.NaN;
  if (Number.isNaN(instant_ms)) throw new InvalidIntervalError(name, text);
  return instant_ms;
}

function withUtc(text: string): string {
  return text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}Z`;
}

/**
 * Every interval of length `step_ms` that overlaps `[from, to)`, oldest first; ends that are not on
 * the grid are moved outward to it.
 *
 * @throws InvalidIntervalError when a bound is not ISO 8601 or `from` is not before `to`.
 */
export function intervalsBetween(from: string, to: string, step_ms: number): Interval[] {
  const first_ms = Math.floor(parseInstant(from, 'from') / step_ms) * step_ms;
  const last_ms = Math.ceil(parseInstant(to, 'to') / step_ms) * step_ms;
  if (first_ms >= last_ms) throw new InvalidIntervalError('to', `${to} (must be after from ${from})`);
  const count = (last_ms - first_ms) / step_ms;
  return Array.from({ length: count }, (_, index) => intervalAt(first_ms + index * step_ms, step_ms));
}
