/**
 * Faults of the real feed, as data. `interval` is the index in the plan, 0 the first; `report` where an
 * oddity can hit either five-minute report.
 */
export type FiveMinuteReport = 'DISPATCHSCADA' | 'DISPATCHIS';
export type BadValue =
  'empty_unit_id' | 'nan_value' | 'text_value' | 'empty_value' | 'hex_value' | 'future_interval';

export type Oddity =
  /** `count` rows stand twice in the interval's DISPATCHSCADA file, equal to the last character. */
  | { kind: 'duplicate_rows'; interval: number; count: number }
  /** The same bytes again under DUPLICATE/. */
  | { kind: 'republished_same'; interval: number; report: FiveMinuteReport }
  /**
   * A later DISPATCHSCADA file of the interval under DUPLICATE/, all rows again, `count` of them with new
   * values.
   */
  | { kind: 'republished_corrected'; interval: number; count: number; delay_intervals: number }
  /** The interval's DISPATCHSCADA file carries corrected rows of the interval `late_by` before. */
  | { kind: 'late_correction'; interval: number; late_by: number; count: number }
  /**
   * The file is truncated; with `good_copy_delay_intervals` a whole one follows under a new id, else it never
   * arrives.
   */
  | {
      kind: 'truncated';
      interval: number;
      report: FiveMinuteReport;
      damage: 'footer_missing' | 'footer_count_off' | 'cut_in_a_row';
      good_copy_delay_intervals?: number;
    }
  /** One unit's row cannot be used. */
  | { kind: 'bad_row'; interval: number; bad: BadValue }
  /** A unit that no registry knows reports from this interval on, for `count` intervals. */
  | { kind: 'unknown_unit'; interval: number; count: number }
  /** The report is never published for the interval. */
  | { kind: 'missing'; interval: number; report: FiveMinuteReport }
  /** Prices and quantities of an intervention run stand next to those of the pricing run. */
  | { kind: 'intervention'; interval: number }
  /** DISPATCHSCADA has one column more than the contract, without a new version number. */
  | { kind: 'added_column'; interval: number };

export const UNKNOWN_UNIT_ID = 'SIM_UNKNOWN01';
export const ADDED_COLUMN = 'SIM_ADDED_FLAG';

/**
 * The oddities of the demo's two hours: one gap in dispatch, one in prices, each below the 5 % a gate lets
 * pass.
 */
export const DEMO_ODDITIES: readonly Oddity[] = [
  { kind: 'duplicate_rows', interval: 2, count: 4 },
  { kind: 'intervention', interval: 3 },
  { kind: 'republished_same', interval: 4, report: 'DISPATCHSCADA' },
  { kind: 'republished_corrected', interval: 5, count: 6, delay_intervals: 3 },
  {
    kind: 'truncated',
    interval: 7,
    report: 'DISPATCHSCADA',
    damage: 'footer_missing',
    good_copy_delay_intervals: 2,
  },
  { kind: 'truncated', interval: 9, report: 'DISPATCHIS', damage: 'footer_count_off' },
  { kind: 'bad_row', interval: 10, bad: 'empty_unit_id' },
  { kind: 'bad_row', interval: 10, bad: 'nan_value' },
  { kind: 'bad_row', interval: 11, bad: 'text_value' },
  { kind: 'bad_row', interval: 11, bad: 'future_interval' },
  { kind: 'bad_row', interval: 12, bad: 'empty_value' },
  { kind: 'bad_row', interval: 12, bad: 'hex_value' },
  { kind: 'missing', interval: 14, report: 'DISPATCHSCADA' },
  { kind: 'late_correction', interval: 17, late_by: 4, count: 3 },
  { kind: 'unknown_unit', interval: 18, count: 3 },
  { kind: 'added_column', interval: 20 },
  { kind: 'republished_same', interval: 21, report: 'DISPATCHIS' },
];
