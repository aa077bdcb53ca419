import type { Pipeline, PipelineClock, TableTime, TimeColumn } from './pipeline';
import { quoteName, quoteText } from './sqlText';

/** Half-open range `[from, to)` of UTC instants in ISO 8601. */
export interface TimeRange {
  from: string;
  to: string;
}

/** First and last interval end on the pipeline's clock, `YYYY-MM-DD HH:MM:SS`. */
export interface Window {
  from: string;
  to: string;
}

/** More ranges than this make a predicate slow to plan; the smallest gaps are closed first. */
const MOST_RANGES = 50;

/** The touched time of a run, also from one window: of an older Spark driver or a history before 0.2. */
export function touchedOf(
  { touched, window }: { touched?: readonly TimeRange[]; window?: Window | null },
  { intake, time }: Pick<Pipeline, 'intake' | 'time'>,
): TimeRange[] {
  if (touched) return [...touched];
  if (!window) return [];
  const step_ms = intake.kind === 'files' ? intake.step_ms : 0;
  const [first_ms, last_ms] = [window.from, window.to].map((stamp) => instantOf(stamp, time)) as [
    number,
    number,
  ];
  return [{ from: iso(first_ms - step_ms), to: iso(last_ms) }];
}

/** Disjoint ranges in order, at most 50: beyond that, the nearest neighbours are merged. */
export function joinedRanges(ranges: readonly TimeRange[], most = MOST_RANGES): TimeRange[] {
  const joined: [number, number][] = [];
  const sorted = ranges.map(({ from, to }) => [Date.parse(from), Date.parse(to)] as [number, number]);
  for (const [from_ms, to_ms] of sorted.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && from_ms <= last[1]) last[1] = Math.max(last[1], to_ms);
    else joined.push([from_ms, to_ms]);
  }
  while (joined.length > most) joinNearest(joined);
  return joined.map(([from_ms, to_ms]) => ({ from: iso(from_ms), to: iso(to_ms) }));
}

function joinNearest(ranges: [number, number][]): void {
  const gap = (index: number): number => ranges[index]![0] - ranges[index - 1]![1];
  let nearest = 1;
  for (let index = 2; index < ranges.length; index += 1) if (gap(index) < gap(nearest)) nearest = index;
  ranges[nearest - 1]![1] = ranges[nearest]![1];
  ranges.splice(nearest, 1);
}

/** From the first to the last touched instant. */
export function hullOf(touched: readonly TimeRange[]): TimeRange | null {
  const [first, last] = [touched[0], touched.at(-1)];
  return first && last ? { from: first.from, to: last.to } : null;
}

/** SQL predicate of the rows of a table whose time was touched. */
export function touchedSql(touched: readonly TimeRange[], table: TableTime): string {
  if (touched.length === 0) return 'false';
  const spans = touched.map((range) =>
    [...(table.partition ? [daysSql(range, table)] : []), spanSql(range, table)].join(' AND '),
  );
  return spans.length === 1 ? spans[0]! : `(${spans.map((span) => `(${span})`).join(' OR ')})`;
}

/** A row that ends with the range belongs to it; a row that ends at its start does not. */
function spanSql({ from, to }: TimeRange, { time, clock }: TableTime): string {
  const column = quoteName(time.column);
  const [first, last] = [instantSql(from, time, clock), instantSql(to, time, clock)];
  return time.kind === 'intervalEnd'
    ? `${column} > ${first} AND ${column} <= ${last}`
    : `${column} >= ${first} AND ${column} < ${last}`;
}

/** SQL predicate of the partitions that hold a range: only that keeps a scan small. */
export function daysSql({ from, to }: TimeRange, { partition, clock }: TableTime): string {
  const [first, last] = [dayOf(Date.parse(from), clock), dayOf(Date.parse(to) - 1, clock)];
  return `${quoteName(partition!)} BETWEEN DATE ${quoteText(first)} AND DATE ${quoteText(last)}`;
}

/** `YYYY-MM-DD` of the pipeline's day that holds an instant. */
export function dayOf(instant_ms: number, { utcOffset_ms, dayStart_ms }: PipelineClock): string {
  return iso(instant_ms + utcOffset_ms - dayStart_ms).slice(0, 10);
}

/** SQL literal of an instant, in the column's form. */
export function instantSql(instant: string, time: TimeColumn, clock: PipelineClock): string {
  const stamp =
    time.clock === 'utc'
      ? `${stampOf(Date.parse(instant), 0)} UTC`
      : stampOf(Date.parse(instant), clock.utcOffset_ms);
  return `TIMESTAMP ${quoteText(stamp)}`;
}

/** `YYYY-MM-DD HH:MM:SS` of an instant on a clock, with milliseconds where it has some. */
export function stampOf(instant_ms: number, utcOffset_ms: number): string {
  return iso(instant_ms + utcOffset_ms)
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
}

/** The instant of `YYYY-MM-DD HH:MM:SS` on the pipeline's clock. */
export function instantOf(stamp: string, { utcOffset_ms }: PipelineClock): number {
  return Date.parse(`${stamp.replace(' ', 'T')}Z`) - utcOffset_ms;
}

function iso(instant_ms: number): string {
  return new Date(instant_ms).toISOString();
}
