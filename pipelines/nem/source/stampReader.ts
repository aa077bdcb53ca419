import type { TimeColumn } from '../../../core/columns/timeColumn';
import { NEM_OFFSET_MS, nemInstant } from '../time';
import { rejection, type Rejection } from './rejection';
import type { ReportHeader } from './reportHeader';

/** How far a row's interval may end after its file was made. */
export interface FutureLimit {
  header: ReportHeader;
  tolerance_ms: number;
}

const HOUR_MS = 3_600_000;

/**
 * Reads stamps into a column as the market's wall clock. One file repeats a stamp row after row, so the last
 * one read is kept.
 *
 * @param limit given for the interval of a report that is no forecast.
 */
export function stampReader(
  name: string,
  column: TimeColumn,
  limit: FutureLimit | undefined,
): (text: string, row: number) => Rejection | undefined {
  let last: { text: string; wall_ms: number; found: Rejection | undefined } | undefined;
  return (text, row) => {
    if (last?.text !== text) last = { text, wall_ms: wallClock(text), found: judge(name, text, limit) };
    if (!last.found) column.set(row, last.wall_ms);
    return last.found;
  };
}

function wallClock(text: string): number {
  return (nemInstant(text) ?? Number.NaN) + NEM_OFFSET_MS;
}

function judge(name: string, text: string, limit: FutureLimit | undefined): Rejection | undefined {
  const instant_ms = nemInstant(text);
  const column = name.toLowerCase();
  if (instant_ms === undefined || text.startsWith('"'))
    return rejection(
      `${column}_invalid`,
      `nem_timestamp:${name}`,
      `YYYY/MM/DD HH:MM:SS in ${name}`,
      JSON.stringify(text.slice(0, 40)),
    );
  if (!limit || instant_ms <= limit.header.headerAt_ms + limit.tolerance_ms) return undefined;
  const hours = limit.tolerance_ms / HOUR_MS;
  return rejection(
    `${column}_in_future`,
    `not_after_header_plus_${hours}h:${name}`,
    `${name} at most ${hours} h after the file's stamp ${limit.header.headerAtNem}`,
    text,
  );
}
