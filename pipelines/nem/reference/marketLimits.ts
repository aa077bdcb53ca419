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

/** Sources: a table of the operator to 2020, later what was published of the AEMC's schedules. */
const TABLE = "the operator's MARKET_PRICE_THRESHOLDS of 2021-05";
const AEMC_2021 = 'aemc.gov.au/our-work/compensation/june-2022';
const AEMC_2022 = 'aemc.gov.au/our-work/apc-claims';
const DRAFT_2023 = 'wattclarity.com.au/articles/2023/09/14sept-aemc-draftdetermination-mpc-apc-cpt';
const THRESHOLDS = 'modelling.modoenergy.com/docs/administered-pricing';
const AEMC_2025 = "the AEMC's schedule of 2025-26 by wattutilities.com.au";
const NOT_VERIFIED = 'not verified';

type Setting = readonly [value: number, source: string];

/**
 * Cap and cumulative threshold by the day from which they hold, each with its source. The threshold is a sum
 * of prices over seven days: of half hours to September 2021, of five minutes since, hence the step by 6.
 */
const SETTINGS: readonly (readonly [from: string, cap: Setting | null, threshold: Setting | null])[] = [
  ['1997-11-04', [5_000, TABLE], null],
  ['2002-04-01', [10_000, TABLE], [150_000, TABLE]],
  ['2010-07-01', [12_500, TABLE], [187_500, TABLE]],
  ['2012-07-01', [12_900, TABLE], [193_900, TABLE]],
  ['2013-07-01', [13_100, TABLE], [197_100, TABLE]],
  ['2014-07-01', [13_500, TABLE], [201_900, TABLE]],
  ['2015-07-01', [13_800, TABLE], [207_000, TABLE]],
  ['2016-07-01', [14_000, TABLE], [210_100, TABLE]],
  ['2017-07-01', [14_200, TABLE], [212_800, TABLE]],
  ['2018-07-01', [14_500, TABLE], [216_900, TABLE]],
  ['2019-07-01', [14_700, TABLE], [221_100, TABLE]],
  ['2020-07-01', [15_000, TABLE], [224_600, TABLE]],
  ['2021-07-01', [15_100, AEMC_2021], [226_500, 'wattclarity.com.au glossary, Cumulative Price']],
  ['2021-10-01', null, [1_359_100, AEMC_2021]],
  ['2022-07-01', [15_500, AEMC_2022], [1_398_100, AEMC_2022]],
  ['2023-07-01', [16_600, DRAFT_2023], [1_490_200, THRESHOLDS]],
  ['2024-07-01', [17_500, AEMC_2025], [1_573_700, "the operator's market notice 125440"]],
  ['2025-07-01', [20_300, AEMC_2025], [1_823_600, AEMC_2025]],
  ['2026-07-01', [23_200, NOT_VERIFIED], [2_225_900, NOT_VERIFIED]],
];
const FLOOR_AUD_PER_MWH = -1_000;
/** These change every July; a last value older than this has been followed by another. */
const YEARLY: readonly LimitName[] = ['price_cap_aud_per_mwh', 'cumulative_price_threshold_aud_per_mwh'];
const OLDEST_DAYS = 366;

export const NEM_LIMITS: readonly LimitPoint[] = [
  builtIn('price_floor_aud_per_mwh', [FLOOR_AUD_PER_MWH, TABLE], '1997-11-04'),
  ...SETTINGS.flatMap(([day, cap, threshold]) => [
    ...(cap ? [builtIn('price_cap_aud_per_mwh', cap, day)] : []),
    ...(threshold ? [builtIn('cumulative_price_threshold_aud_per_mwh', threshold, day)] : []),
  ]),
];

function builtIn(name: LimitName, [value, source]: Setting, day: string): LimitPoint {
  return point(name, value, `${day} 00:00:00`, `${BUILT_IN}: ${source}`);
}

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

/** Warns of limits that the market has probably changed since; the last known value still applies. */
export function limitWarnings(limits: readonly MarketLimit[], now_ms: number): string[] {
  return YEARLY.flatMap((name) => {
    const last = limits.filter((each) => each.name === name).at(-1);
    if (!last) return [`${name}: no value is known`];
    const age_days = (now_ms - Date.parse(`${last.valid_from.replace(' ', 'T')}+10:00`)) / 86_400_000;
    if (age_days < OLDEST_DAYS) return [];
    return [
      `${name}: the last known value, ${last.value} since ${last.valid_from} ` +
        `(${last.source}), is over a year old; load the new one with --limits-csv`,
    ];
  });
}
