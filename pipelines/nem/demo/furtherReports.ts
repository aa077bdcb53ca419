import { marketAt, type MarketInterval } from './market';
import { INTERVAL_MS } from './nemStamp';
import { nextDayFile, tradingDay_nem_ms, type Dispatched } from './nextDayFile';
import type { Oddity } from './oddities';
import type { PlannedFile } from './plannedFile';
import { INTERVALS_FORECAST, priceForecastFile } from './priceForecastFile';
import { HALF_HOUR_MS } from './rooftopFile';
import { rooftopForecastFile } from './rooftopForecastFile';
import { tradingIsFile } from './tradingIsFile';
import type { SimulatedUnit } from './units';

/** Reports beside dispatch and rooftop actuals, which a plan has only where it asks for them. */
export const FURTHER_REPORTS = ['TRADINGIS', 'NEXT_DAY_DISPATCH', 'P5MIN', 'ROOFTOP_PV_FORECAST'] as const;
export type FurtherReport = (typeof FURTHER_REPORTS)[number];

/** What a plan's files are made of. */
export interface Simulation {
  units: readonly SimulatedUnit[];
  markets: readonly MarketInterval[];
  oddities: readonly Oddity[];
  seed: number;
}

const FILES_OF: Record<FurtherReport, (simulation: Simulation) => PlannedFile[]> = {
  TRADINGIS: ({ markets }) => markets.map(tradingIsFile),
  NEXT_DAY_DISPATCH: nextDayFiles,
  P5MIN: priceForecastFiles,
  ROOFTOP_PV_FORECAST: rooftopForecastFiles,
};

export function furtherFiles(simulation: Simulation, reports: readonly FurtherReport[]): PlannedFile[] {
  return reports.flatMap((report) => FILES_OF[report](simulation));
}

/** One file for each trading day that the plan touches, with the intervals of the plan alone. */
function nextDayFiles(simulation: Simulation): PlannedFile[] {
  const { units, markets, oddities, seed } = simulation;
  const following = marketsAfter(simulation, 1);
  const days = new Map<number, Dispatched[]>();
  for (const [index, market] of markets.entries()) {
    const hasIntervention = oddities.some((each) => each.kind === 'intervention' && each.interval === index);
    const day_nem_ms = tradingDay_nem_ms(market.interval_end_nem_ms);
    const target_mw = following[index + 1]!.power_mw;
    const interventions = hasIntervention ? [0, 1] : [0];
    days.set(day_nem_ms, [...(days.get(day_nem_ms) ?? []), { market, target_mw, interventions }]);
  }
  return [...days].map(([day_nem_ms, intervals]) => nextDayFile(day_nem_ms, intervals, units, seed));
}

function priceForecastFiles(simulation: Simulation): PlannedFile[] {
  const following = marketsAfter(simulation, INTERVALS_FORECAST - 1);
  return simulation.markets.map((_, index) =>
    priceForecastFile(following.slice(index, index + INTERVALS_FORECAST)),
  );
}

function rooftopForecastFiles({ markets, seed }: Simulation): PlannedFile[] {
  return markets
    .map(({ interval_end_nem_ms }) => interval_end_nem_ms)
    .filter((end_nem_ms) => end_nem_ms % HALF_HOUR_MS === 0)
    .map((end_nem_ms) => rooftopForecastFile(end_nem_ms, seed));
}

/** The plan's markets and `count` that come after them. */
function marketsAfter({ units, markets, seed }: Simulation, count: number): MarketInterval[] {
  const last_nem_ms = markets.at(-1)!.interval_end_nem_ms;
  const more = Array.from({ length: count }, (_, index) =>
    marketAt(units, last_nem_ms + (index + 1) * INTERVAL_MS, seed),
  );
  return [...markets, ...more];
}
