import type { TimeColumn } from '../../../core/columns/timeColumn';
import { NEM_OFFSET_MS, nemInstant } from '../time';
import { refusal, type Refusal } from './refusal';
import type { ReportHeader } from './reportHeader';

/** A row may speak of the future by this much after its file was made; forecasts have tables of their own. */
const FUTURE_TOLERANCE_MS = 3_600_000;

/**
 * Reads stamps into a column as the market's wall clock. One file repeats a stamp row after row, so the last
 * one read is kept.
 *
 * @param header given for the interval: its stamp bounds how far the interval may lie in the future.
 */
export function stampReader(
  name: string,
  column: TimeColumn,
  header: ReportHeader | undefined,
): (text: string, row: number) => Refusal | undefined {
  let last: { text: string; wall_ms: number; found: Refusal | undefined } | undefined;
  return (text, row) => {
    if (last?.text !== text) last = { text, wall_ms: wallClock(text), found: judge(name, text, header) };
    if (!last.found) column.set(row, last.wall_ms);
    return last.found;
  };
}

function wallClock(text: string): number {
  return (nemInstant(text) ?? Number.NaN) + NEM_OFFSET_MS;
}

function judge(name: string, text: string, header: ReportHeader | undefined): Refusal | undefined {
  const instant_ms = nemInstant(text);
  const column = name.toLowerCase();
  if (instant_ms === undefined || text.startsWith('"'))
    return refusal(
      `${column}_invalid`,
      `nem_timestamp:${name}`,
      `YYYY/MM/DD HH:MM:SS in ${name}`,
      JSON.stringify(text.slice(0, 40)),
    );
  if (!header || instant_ms <= header.headerAt_ms + FUTURE_TOLERANCE_MS) return undefined;
  return refusal(
    `${column}_in_future`,
    `not_after_header_plus_1h:${name}`,
    `${name} at most an hour after the file's stamp ${header.headerAtNem}`,
    text,
  );
}
