import { dispatchIsFile, dispatchIsHeader_nem_ms } from './dispatchIsFile';
import { InvalidPlanError } from './errors';
import { furtherFiles, type FurtherReport } from './furtherReports';
import { marketAt, type MarketInterval } from './market';
import { INTERVAL_MS, readNemStamp } from './nemStamp';
import { DEMO_ODDITIES, type Oddity } from './oddities';
import { republished, type PlannedFile } from './plannedFile';
import { HALF_HOUR_MS, rooftopFile } from './rooftopFile';
import { scadaFilesOf } from './scadaPlan';
import { simulatedUnits, type SimulatedUnit } from './units';

export interface PlanOptions {
  /** Start of the first interval, NEM time without offset, on the five-minute grid: `2026-11-20 12:00`. */
  fromNem: string;
  intervals: number;
  /** @default 20261120 */
  seed?: number;
  /** @default DEMO_ODDITIES, those that fall inside the plan */
  oddities?: readonly Oddity[];
  /** @default none, so that the counts of plans stay what they are when a report is added */
  furtherReports?: readonly FurtherReport[];
}

/** All publications of a simulated time range, in order, with the expected outcome. */
export interface Plan {
  seed: number;
  from_nem_ms: number;
  intervals: number;
  units: readonly SimulatedUnit[];
  oddities: readonly Oddity[];
  files: readonly PlannedFile[];
}

const DEFAULT_SEED = 20261120;
/** More than a month at once would exceed the memory of the demo's machine. */
const INTERVALS_MAX = 9000;

/**
 * Plans and makes the files of `intervals` five-minute intervals; equal options give equal bytes.
 *
 * @throws InvalidPlanError when the start is not on the grid or an oddity given by the caller lies outside
 * the plan.
 */
export function publishPlan(options: PlanOptions): Plan {
  const from_nem_ms = readNemStamp(options.fromNem);
  const { intervals, seed = DEFAULT_SEED } = options;
  if (from_nem_ms % INTERVAL_MS !== 0)
    throw new InvalidPlanError('fromNem', 'a multiple of five minutes', options.fromNem);
  if (!Number.isInteger(intervals) || intervals < 1 || intervals > INTERVALS_MAX)
    throw new InvalidPlanError('intervals', `1 to ${INTERVALS_MAX}`, String(intervals));
  const oddities = options.oddities ?? DEMO_ODDITIES.filter((oddity) => oddity.interval < intervals);
  for (const oddity of oddities) checkInside(oddity, intervals);
  const units = simulatedUnits(seed);
  const markets = Array.from({ length: intervals }, (_, index) =>
    marketAt(units, from_nem_ms + (index + 1) * INTERVAL_MS, seed),
  );
  const files = [
    ...scadaFilesOf(markets, oddities, seed),
    ...dispatchIsFilesOf(markets, oddities),
    ...rooftopFilesOf(from_nem_ms, intervals, seed),
    ...furtherFiles({ units, markets, oddities, seed }, options.furtherReports ?? []),
  ];
  return {
    seed,
    from_nem_ms,
    intervals,
    units,
    oddities,
    files: files.sort((a, b) => a.published_nem_ms - b.published_nem_ms),
  };
}

function checkInside(oddity: Oddity, intervals: number): void {
  const first = oddity.kind === 'late_correction' ? oddity.interval - oddity.late_by : oddity.interval;
  const isInside = Number.isInteger(oddity.interval) && first >= 0 && oddity.interval < intervals;
  if (!isInside)
    throw new InvalidPlanError(
      `oddity ${oddity.kind}`,
      `intervals 0 to ${intervals - 1}`,
      `${first} to ${oddity.interval}`,
    );
}

function dispatchIsFilesOf(markets: readonly MarketInterval[], oddities: readonly Oddity[]): PlannedFile[] {
  return markets.flatMap((market, index) => {
    const hits = oddities.filter(
      (oddity) => oddity.interval === index && (!('report' in oddity) || oddity.report === 'DISPATCHIS'),
    );
    return dispatchIsFilesAt(market, hits);
  });
}

function dispatchIsFilesAt(market: MarketInterval, hits: readonly Oddity[]): PlannedFile[] {
  if (hits.some((oddity) => oddity.kind === 'missing')) return [];
  const header_nem_ms = dispatchIsHeader_nem_ms(market.interval_end_nem_ms);
  const hasIntervention = hits.some((oddity) => oddity.kind === 'intervention');
  const cut = hits.find((oddity) => oddity.kind === 'truncated');
  const first = dispatchIsFile({ market, header_nem_ms, hasIntervention, damage: cut?.damage });
  const again = hits.some((oddity) => oddity.kind === 'republished_same')
    ? [republished(first, 'DISPATCHIS', INTERVAL_MS)]
    : [];
  const delay = cut?.good_copy_delay_intervals;
  const good =
    delay === undefined
      ? []
      : [
          dispatchIsFile({
            market,
            header_nem_ms: header_nem_ms + delay * INTERVAL_MS + 17_000,
            hasIntervention,
          }),
        ];
  return [first, ...again, ...good];
}

/** Rooftop files whose names' stamps fall into the plan, both kinds of each half hour. */
function rooftopFilesOf(from_nem_ms: number, intervals: number, seed: number): PlannedFile[] {
  const to_nem_ms = from_nem_ms + intervals * INTERVAL_MS;
  const files: PlannedFile[] = [];
  for (
    let named_ms = (Math.floor(from_nem_ms / HALF_HOUR_MS) + 1) * HALF_HOUR_MS;
    named_ms <= to_nem_ms;
    named_ms += HALF_HOUR_MS
  ) {
    files.push(
      rooftopFile('MEASUREMENT', named_ms - HALF_HOUR_MS, seed),
      rooftopFile('SATELLITE', named_ms - HALF_HOUR_MS, seed),
    );
  }
  return files;
}
