import type { RowValues } from './csvReport';
import type { MarketInterval } from './market';
import { DAY_MS, INTERVAL_MS } from './nemStamp';
import { ADDED_COLUMN, type BadValue } from './oddities';
import { plannedFile, type PlannedFile, type PlannedRow, type Rejection } from './plannedFile';
import { randomFor } from './random';
import { UNIT_SCADA } from './reportColumns';
import type { ReportTable } from './reportTable';
import type { Damage } from './csvReport';

/** One unit's row of a DISPATCHSCADA file, as text and stamps; `value` stands in the file as it is. */
export interface ScadaRow {
  interval_end_nem_ms: number;
  unit_id: string;
  value: string;
  last_changed_nem_ms: number;
  rejection?: Rejection;
}

export interface ScadaFileOptions {
  interval_end_nem_ms: number;
  header_nem_ms: number;
  rows: readonly ScadaRow[];
  damage?: Damage;
  isDuplicate?: boolean;
  hasAddedColumn?: boolean;
}

const BAD_VALUES: Record<BadValue, { rejection: Rejection; change: (row: ScadaRow) => Partial<ScadaRow> }> = {
  empty_unit_id: { rejection: 'empty_unit_id', change: () => ({ unit_id: '' }) },
  nan_value: { rejection: 'scadavalue_not_a_number', change: () => ({ value: 'NaN' }) },
  text_value: { rejection: 'scadavalue_not_a_number', change: () => ({ value: '12abc' }) },
  hex_value: { rejection: 'scadavalue_not_a_number', change: () => ({ value: '0x1F' }) },
  empty_value: { rejection: 'scadavalue_missing', change: () => ({ value: '' }) },
  future_interval: {
    rejection: 'settlementdate_in_future',
    change: (row) => ({ interval_end_nem_ms: row.interval_end_nem_ms + DAY_MS }),
  },
};

/** The header stamp of an interval's DISPATCHSCADA file: some twenty seconds after the interval begins. */
export function scadaHeader_nem_ms(interval_end_nem_ms: number): number {
  return interval_end_nem_ms - INTERVAL_MS + 23_000;
}

/** Every unit's row for the interval. */
export function scadaRows(market: MarketInterval, seed: number): ScadaRow[] {
  const last_changed_nem_ms = scadaHeader_nem_ms(market.interval_end_nem_ms) - 1000;
  return [...market.power_mw].map(([unit_id, power_mw]) => ({
    interval_end_nem_ms: market.interval_end_nem_ms,
    unit_id,
    value: telemetryText(unit_id, power_mw, seed),
    last_changed_nem_ms,
  }));
}

/** The faulty row, with the reason for its rejection. */
export function spoiled(row: ScadaRow, bad: BadValue): ScadaRow {
  const { rejection, change } = BAD_VALUES[bad];
  return { ...row, ...change(row), rejection };
}

/** The row as a correction states it: another value, changed at the time given. */
export function corrected(row: ScadaRow, last_changed_nem_ms: number): ScadaRow {
  return { ...row, value: (Number(row.value) + 1.5).toFixed(2), last_changed_nem_ms };
}

export function scadaFile(options: ScadaFileOptions): PlannedFile {
  const added = options.hasAddedColumn ? [ADDED_COLUMN] : [];
  const table: ReportTable = { ...UNIT_SCADA, columns: [...UNIT_SCADA.columns, ...added] };
  return plannedFile({
    report: 'DISPATCHSCADA',
    group: 'DISPATCHSCADA',
    interval_end_nem_ms: options.interval_end_nem_ms,
    header_nem_ms: options.header_nem_ms,
    sections: [{ table, rows: options.rows.map(cells) }],
    rows: options.rows.map(planned),
    damage: options.damage,
    isDuplicate: options.isDuplicate,
    addedColumns: added,
  });
}

function cells(row: ScadaRow): RowValues {
  return {
    SETTLEMENTDATE: { stamp_nem_ms: row.interval_end_nem_ms },
    DUID: row.unit_id,
    SCADAVALUE: row.value,
    LASTCHANGED: { stamp_nem_ms: row.last_changed_nem_ms },
    [ADDED_COLUMN]: 1,
  };
}

function planned(row: ScadaRow): PlannedRow {
  return {
    table: 'dispatch',
    interval_end_nem_ms: row.interval_end_nem_ms,
    id: row.unit_id,
    intervention: 0,
    measures: row.value,
    version_nem_ms: row.last_changed_nem_ms,
    rejection: row.rejection,
  };
}

/** Units report with a precision of their own, as in the real feed: 8, 8.30, 23.378441. */
function telemetryText(unit_id: string, power_mw: number, seed: number): string {
  const digits = [0, 2, 3, 6][Math.floor(randomFor(seed, 'digits', unit_id)() * 4)] ?? 2;
  return power_mw.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1');
}
