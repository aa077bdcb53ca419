import type { PriceThresholdRow } from './monthlyTables';
import { BUILT_IN, nemText, numberOrNull, OPEN_END, type MetadataProblem } from './unitMetadata';

export const LIMIT_NAMES = [
  'price_cap_aud_per_mwh',
  'price_floor_aud_per_mwh',
  'cumulative_price_threshold_aud_per_mwh',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** One row of `nem.market_limits`: a limit that the market set, valid until the next of its name. */
export interface MarketLimit {
  name: LimitName;
  value: number;
  valid_from: string;
  valid_to: string;
  source: string;
}
export type LimitPoint = Omit<MarketLimit, 'valid_to'>;

/**
 * Cap and cumulative threshold by the day from which they hold. To 2020: MARKET_PRICE_THRESHOLDS of the
 * monthly archive. Later: the AEMC's yearly schedules of reliability settings. The threshold is a sum of
 * prices over seven days: of half hours to September 2021, of five minutes since, hence the step.
 */
const SETTINGS: readonly (readonly [from: string, cap: number | null, threshold: number | null])[] = [
  ['1997-11-04', 5_000, null],
  ['2002-04-01', 10_000, 150_000],
  ['2010-07-01', 12_500, 187_500],
  ['2012-07-01', 12_900, 193_900],
  ['2013-07-01', 13_100, 197_100],
  ['2014-07-01', 13_500, 201_900],
  ['2015-07-01', 13_800, 207_000],
  ['2016-07-01', 14_000, 210_100],
  ['2017-07-01', 14_200, 212_800],
  ['2018-07-01', 14_500, 216_900],
  ['2019-07-01', 14_700, 221_100],
  ['2020-07-01', 15_000, 224_600],
  ['2021-07-01', 15_100, 226_600],
  ['2021-10-01', null, 1_359_100],
  ['2022-07-01', 15_500, 1_398_100],
  ['2023-07-01', 16_600, 1_490_200],
  ['2024-07-01', 17_500, 1_573_700],
  ['2025-07-01', 20_300, 1_823_600],
  ['2026-07-01', 23_200, 2_225_900],
];
const FLOOR_AUD_PER_MWH = -1_000;
/** The cap rises every July; a last value older than this has been followed by another. */
const OLDEST_DAYS = 366;

export const NEM_LIMITS: readonly LimitPoint[] = [
  point('price_floor_aud_per_mwh', FLOOR_AUD_PER_MWH, '1997-11-04 00:00:00', BUILT_IN),
  ...SETTINGS.flatMap(([day, cap, threshold]) => pointsOf(`${day} 00:00:00`, cap, null, threshold, BUILT_IN)),
];

function point(name: LimitName, value: number, valid_from: string, source: string): LimitPoint {
  return { name, value, valid_from, source };
}

function pointsOf(
  from: string,
  cap: number | null,
  floor: number | null,
  threshold: number | null,
  source: string,
): LimitPoint[] {
  const values = [cap, floor, threshold];
  return LIMIT_NAMES.flatMap((name, index) =>
    typeof values[index] === 'number' ? [point(name, values[index], from, source)] : [],
  );
}

/** Limits of the archive's MARKET_PRICE_THRESHOLDS; of an EFFECTIVEDATE the highest VERSIONNO counts. */
export function limitsFromArchive(
  rows: readonly PriceThresholdRow[],
  source: string,
  problems: MetadataProblem[],
): LimitPoint[] {
  const byDate = new Map<string, PriceThresholdRow>();
  for (const [index, row] of rows.entries()) {
    const from = nemText(row.EFFECTIVEDATE ?? '');
    const known = byDate.get(from ?? '');
    if (!from)
      problems.push({ line: index + 3, text: JSON.stringify(row), problem: 'expected an EFFECTIVEDATE' });
    else if (!known || Number(known.VERSIONNO) < Number(row.VERSIONNO)) byDate.set(from, row);
  }
  const number = (text: string | null) => numberOrNull(text ?? '', -Infinity) ?? null;
  return [...byDate].flatMap(([from, row]) =>
    pointsOf(
      from,
      number(row.VOLL),
      number(row.MARKETPRICEFLOOR),
      number(row.ADMINISTERED_PRICE_THRESHOLD),
      source,
    ),
  );
}

/** All limits with their spans; of two points of a name and moment the one of the later list counts. */
export function limitSpans(...lists: (readonly LimitPoint[])[]): MarketLimit[] {
  const points = new Map(lists.flat().map((each) => [`${each.name}\n${each.valid_from}`, each]));
  const sorted = [...points.keys()].sort().map((key) => points.get(key)!);
  return sorted.map((each, index) => {
    const next = sorted[index + 1];
    return { ...each, valid_to: next?.name === each.name ? next.valid_from : OPEN_END };
  });
}

/** Warns of a cap that the market has probably changed since; the last known value still applies. */
export function limitWarnings(limits: readonly MarketLimit[], now_ms: number): string[] {
  const caps = limits.filter((each) => each.name === 'price_cap_aud_per_mwh');
  const last = caps.at(-1);
  if (!last) return ['price_cap_aud_per_mwh: no value is known'];
  const age_days = (now_ms - Date.parse(`${last.valid_from.replace(' ', 'T')}+10:00`)) / 86_400_000;
  if (age_days < OLDEST_DAYS) return [];
  return [
    `price_cap_aud_per_mwh: the last known value, ${last.value} since ${last.valid_from}, is over a year old; load the new one with --limits-csv`,
  ];
}
