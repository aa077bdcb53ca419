import type { RowValues } from './csvReport';
import { ownPower_mw } from './dayCurves';
import { UNIT_SOLUTION } from './furtherColumns';
import type { MarketInterval } from './market';
import { DAY_MS, dispatchInterval, HOUR_MS, INTERVAL_MS, MINUTE_MS, nameStamp } from './nemStamp';
import { plannedFile, type PlannedFile, type PlannedRow } from './plannedFile';
import type { SimulatedUnit } from './units';

/** An interval's dispatch as the day after shows it. */
export interface Dispatched {
  market: MarketInterval;
  /** What units reach at the interval's end, by unit id. */
  target_mw: ReadonlyMap<string, number>;
  interventions: readonly number[];
}

const DAY_START_MS = 4 * HOUR_MS;
const PUBLISHED_AFTER_MS = 10 * MINUTE_MS;
/** What a unit that is dispatched on demand offers of its capacity. */
const OFFERED_SHARE = 0.95;
/** Less than this below what a unit could make is rounding, and no cap. */
const CAP_MW = 0.01;

/** Start of the trading day that holds the interval ending then: 04:00 ends the day before. */
export function tradingDay_nem_ms(interval_end_nem_ms: number): number {
  return Math.floor((interval_end_nem_ms - DAY_START_MS - 1) / DAY_MS) * DAY_MS;
}

/** Targets of every unit over the intervals of one trading day, published ten minutes after its end. */
export function nextDayFile(
  day_nem_ms: number,
  intervals: readonly Dispatched[],
  units: readonly SimulatedUnit[],
  seed: number,
): PlannedFile {
  const day_end_nem_ms = day_nem_ms + DAY_MS + DAY_START_MS;
  const rows = intervals.flatMap((each) =>
    each.interventions.flatMap((intervention) =>
      units.map((unit) => unitRow(each, intervention, unit, seed)),
    ),
  );
  return plannedFile({
    report: 'NEXT_DAY_DISPATCH',
    group: 'NEXT_DAY_DISPATCH',
    interval_end_nem_ms: day_end_nem_ms,
    header_nem_ms: day_end_nem_ms + PUBLISHED_AFTER_MS,
    name_stamp: nameStamp(day_nem_ms, 8),
    sections: [{ table: UNIT_SOLUTION, rows: rows.map(({ cells }) => cells) }],
    rows: rows.map(({ planned }) => planned),
  });
}

function unitRow(
  { market, target_mw }: Dispatched,
  intervention: number,
  unit: SimulatedUnit,
  seed: number,
): { cells: RowValues; planned: PlannedRow } {
  const { interval_end_nem_ms } = market;
  const version_nem_ms = interval_end_nem_ms - INTERVAL_MS + 4000;
  const initial_mw = market.power_mw.get(unit.unit_id)!;
  const measured = powerCells(unit, initial_mw, target_mw.get(unit.unit_id)!, interval_end_nem_ms, seed);
  return {
    cells: {
      SETTLEMENTDATE: { stamp_nem_ms: interval_end_nem_ms },
      RUNNO: 1,
      DUID: unit.unit_id,
      TRADETYPE: 0,
      DISPATCHINTERVAL: dispatchInterval(interval_end_nem_ms),
      INTERVENTION: intervention,
      LASTCHANGED: { stamp_nem_ms: version_nem_ms },
      ...measured,
    },
    planned: {
      table: 'unit_solution',
      interval_end_nem_ms,
      id: unit.unit_id,
      intervention,
      measures: JSON.stringify(measured),
      version_nem_ms,
    },
  };
}

/** Wind and sun offer what they could make; a target below it is a cap. */
function powerCells(
  unit: SimulatedUnit,
  initial_mw: number,
  target_mw: number,
  interval_end_nem_ms: number,
  seed: number,
): RowValues {
  const isSemiScheduled = unit.kind === 'wind' || unit.kind === 'solar';
  const cleared_mw = isSemiScheduled ? Math.max(0, target_mw) : target_mw;
  const could_mw = Math.max(cleared_mw, ownPower_mw(unit, interval_end_nem_ms, seed));
  const availability_mw = isSemiScheduled ? could_mw : unit.capacity_mw * OFFERED_SHARE;
  return {
    INITIALMW: initial_mw,
    TOTALCLEARED: cleared_mw,
    AVAILABILITY: availability_mw,
    SEMIDISPATCHCAP: Number(isSemiScheduled && cleared_mw < could_mw - CAP_MW),
    UIGF: isSemiScheduled ? could_mw : null,
    ENERGY_STORAGE: unit.kind === 'battery' ? unit.capacity_mw : null,
  };
}
