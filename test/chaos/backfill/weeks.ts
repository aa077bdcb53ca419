import { DAY_MS } from '../../../core/interval';
import { archiveFiles } from '../../../pipelines/nem/demo/archive';
import type { BadValue, Oddity } from '../../../pipelines/nem/demo/oddities';
import { publishPlan, type Plan } from '../../../pipelines/nem/demo/plan';
import { randomFor, type Random } from '../../../pipelines/nem/demo/random';
import type { LookalikeSite } from '../../../pipelines/nem/demo/site';

/** Before the days of all other trials. */
const FIRST_WEEK_MS = Date.UTC(2026, 2, 12);
const WEEK_DAYS = 7;
/** Days of a week that are filled, one a chunk. */
export const CHUNKS = 3;

/** 210 intervals are 108,000 records, which get a Spark process of their own; 12 go to the warm driver. */
const LARGE_DAY = { start: '04:00', intervals: 210 };
const SMALL_DAY = { start: '12:00', intervals: 12 };
const BAD_VALUES: readonly BadValue[] = ['empty_unit_id', 'nan_value', 'text_value', 'hex_value'];

/** What `currents backfill` is asked for. */
export interface WeekRange {
  from: string;
  to: string;
}

/** The market days that a week's archives fill, in order, `YYYY-MM-DD`. */
export function daysOfWeek(week: number): string[] {
  const first_ms = FIRST_WEEK_MS - week * WEEK_DAYS * DAY_MS;
  return Array.from({ length: CHUNKS }, (_, day) =>
    new Date(first_ms + day * DAY_MS).toISOString().slice(0, 10),
  );
}

/**
 * Serves a week's archives and nothing else of it: the days are filled in bulk, the middle one is large.
 * Rooftop's archives span the week, so that they would make a chunk of their own, or join another's.
 */
export function publishWeek(site: LookalikeSite, seed: number, week: number): WeekRange {
  const plans = daysOfWeek(week).map((day, index) => planOfDay(day, index, randomFor(seed, 'week', day)));
  const [first] = plans as [Plan, ...Plan[]];
  const files = plans.flatMap((plan) => plan.files.filter(({ report }) => report.startsWith('DISPATCH')));
  for (const file of archiveFiles({ ...first, files })) site.publish(file);
  return rangeOf(week, week);
}

/** From the earlier week's first day to the end of the later one's last; weeks count backwards. */
export function rangeOf(latest: number, earliest: number): WeekRange {
  const end_ms = Date.parse(daysOfWeek(latest).at(-1)!) + DAY_MS;
  return {
    from: `${daysOfWeek(earliest)[0]}T00:00:00+10:00`,
    to: `${new Date(end_ms).toISOString().slice(0, 10)}T00:00:00+10:00`,
  };
}

function planOfDay(day: string, index: number, random: Random): Plan {
  const { start, intervals } = index === 1 ? LARGE_DAY : SMALL_DAY;
  return publishPlan({ fromNem: `${day} ${start}`, intervals, oddities: odditiesOf(intervals, random) });
}

/** A row that cannot be used, repeated rows, and now and then corrections and an intervention. */
function odditiesOf(intervals: number, random: Random): Oddity[] {
  const one = (): number => 1 + Math.floor(random() * (intervals - 1));
  return [
    { kind: 'bad_row', interval: one(), bad: BAD_VALUES[Math.floor(random() * BAD_VALUES.length)]! },
    { kind: 'duplicate_rows', interval: one(), count: 3 },
    ...(random() < 0.5 ? [{ kind: 'late_correction', interval: one(), late_by: 1, count: 2 } as const] : []),
    ...(random() < 0.5 ? [{ kind: 'intervention', interval: one() } as const] : []),
  ];
}
