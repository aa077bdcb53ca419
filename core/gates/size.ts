import { hullOf, type TimeRange } from '../touched';
import type { Target } from './check';

/** Suites that read more than this share no statement: its reads hold memory at the same time. */
const HOURS_TOGETHER = 24;
const HOUR_MS = 3_600_000;

/** Whether the rows in scope are those of more than a day. */
export function isLarge({ touched }: Pick<Target, 'touched'>): boolean {
  const hours = hoursOf(touched);
  return hours !== null && hours > HOURS_TOGETHER;
}

/** Whether the rows in scope are certainly few: of a day at most, and not those of a whole table. */
export function isSmall({ touched, where }: Pick<Target, 'touched' | 'where'>): boolean {
  const hours = hoursOf(touched);
  return hours !== null && hours <= HOURS_TOGETHER && where !== 'true';
}

function hoursOf(touched: readonly TimeRange[]): number | null {
  const hull = hullOf(touched);
  return hull && (Date.parse(hull.to) - Date.parse(hull.from)) / HOUR_MS;
}
