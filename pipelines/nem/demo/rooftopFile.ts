import { sunShare } from './dayCurves';
import type { RowValues } from './csvReport';
import { REGIONS } from './fleet';
import { HOUR_MS, MINUTE_MS, nameStamp } from './nemStamp';
import { plannedFile, type PlannedFile, type PlannedRow } from './plannedFile';
import { smoothNoise } from './random';
import { ROOFTOP_ACTUAL } from './reportColumns';

export const HALF_HOUR_MS = 30 * MINUTE_MS;
export type RooftopType = 'MEASUREMENT' | 'SATELLITE';

/**
 * Areas inside a region, with their share of it: their sum is the region, so adding all rows counts it twice.
 */
const AREAS: Record<string, readonly [string, number][]> = {
  QLD1: [
    ['QLDC', 0.11],
    ['QLDN', 0.17],
    ['QLDS', 0.72],
  ],
  TAS1: [
    ['TASN', 0.55],
    ['TASS', 0.45],
  ],
};

export interface RooftopRow {
  region_id: string;
  power_mw: number;
}

/**
 * One half hour of rooftop solar. The name states the time of publication, half an hour after the interval's
 * end, as the operator's listing of April 2026 does.
 */
export function rooftopFile(type: RooftopType, interval_end_nem_ms: number, seed: number): PlannedFile {
  const header_nem_ms = interval_end_nem_ms + HALF_HOUR_MS + (type === 'SATELLITE' ? 4000 : 2000);
  const rows = rooftopRows(type, interval_end_nem_ms, seed);
  const section = {
    table: ROOFTOP_ACTUAL,
    rows: rows.map((row) => cells(row, type, interval_end_nem_ms, header_nem_ms - 1000)),
  };
  return plannedFile({
    report: `ROOFTOP_PV_ACTUAL_${type}`,
    group: 'DEMAND',
    interval_end_nem_ms,
    header_nem_ms,
    sections: [section],
    rows: rows.map((row) => planned(row, type, interval_end_nem_ms, header_nem_ms - 1000)),
    name_stamp: nameStamp(interval_end_nem_ms + HALF_HOUR_MS, 14),
  });
}

/** Power of every region and of the areas inside, at a half hour. */
export function rooftopRows(type: RooftopType, interval_end_nem_ms: number, seed: number): RooftopRow[] {
  return REGIONS.flatMap(({ region_id, rooftop_mw, sunLag_h }) => {
    const clearness =
      0.6 + 0.4 * smoothNoise(seed, `rooftop ${region_id}`, interval_end_nem_ms / (2 * HOUR_MS));
    const power_mw =
      rooftop_mw *
      sunShare(interval_end_nem_ms - HALF_HOUR_MS / 2, sunLag_h) *
      clearness *
      (type === 'SATELLITE' ? 1.03 : 1);
    const areas = (AREAS[region_id] ?? []).map(([id, share]) => ({
      region_id: id,
      power_mw: power_mw * share,
    }));
    return [{ region_id, power_mw }, ...areas];
  });
}

function cells(
  row: RooftopRow,
  type: RooftopType,
  interval_end_nem_ms: number,
  last_changed_nem_ms: number,
): RowValues {
  return {
    INTERVAL_DATETIME: { stamp_nem_ms: interval_end_nem_ms },
    REGIONID: row.region_id,
    POWER: powerText(row),
    QI: type === 'SATELLITE' ? 0.6 : 1,
    TYPE: type,
    LASTCHANGED: { stamp_nem_ms: last_changed_nem_ms },
  };
}

function planned(
  row: RooftopRow,
  type: RooftopType,
  interval_end_nem_ms: number,
  version_nem_ms: number,
): PlannedRow {
  return {
    table: 'rooftop',
    interval_end_nem_ms,
    id: row.region_id,
    intervention: 0,
    measures: `${type} ${powerText(row)}`,
    version_nem_ms,
  };
}

function powerText(row: RooftopRow): string {
  return row.power_mw.toFixed(3);
}
