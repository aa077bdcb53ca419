import { z } from 'zod';
import type { RowCondition } from './rowCondition';
import { rowConditionObject } from './rowConditionObject';

/**
 * Kwargs of the supported expectation types, as Great Expectations 1.x names them. Strict: an unknown one is
 * an error.
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const limit = z.union([z.string(), z.number()]).nullish();

/** Kwargs that control GX itself; accepted in its suites, without effect here. */
const ignored = {
  batch_id: z.unknown().optional(),
  result_format: z.unknown().optional(),
  catch_exceptions: z.unknown().optional(),
  include_config: z.unknown().optional(),
  /** If a window sets a limit, the limit itself names a parameter, and that is rejected. */
  windows: z.unknown().optional(),
};
/** Checked separately, since a zod union would report a wrong object only as "not a text". */
const rowCondition = z.custom<RowCondition>().superRefine((given, context) => {
  if (given == null || typeof given === 'string') return;
  for (const { message, path } of rowConditionObject.safeParse(given).error?.issues ?? [])
    context.addIssue({ code: 'custom', message, path });
});
export const rows = { row_condition: rowCondition.optional(), condition_parser: z.string().nullish() };
const mostly = { mostly: z.number().min(0).max(1).default(1) };
const limits = {
  min_value: limit,
  max_value: limit,
  strict_min: z.boolean().nullish(),
  strict_max: z.boolean().nullish(),
};

const given = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject({ ...ignored, ...shape });

/** Limits of which at least one is set. */
const bounded = <Shape extends z.ZodRawShape>(shape: Shape) =>
  given({ ...shape, ...limits }).refine(
    (kwargs) => (kwargs as Limits).min_value != null || (kwargs as Limits).max_value != null,
    'expected min_value or max_value, found neither',
  );

export interface Limits {
  min_value?: string | number | null;
  max_value?: string | number | null;
  strict_min?: boolean | null;
  strict_max?: boolean | null;
}

export interface RowFilter {
  row_condition?: RowCondition;
  condition_parser?: string | null;
}

export const kwargs = {
  tableRowCount: bounded(rows),
  columnSet: given({ column_set: z.array(z.string()), exact_match: z.boolean().nullish() }),
  columnExists: given({ column: z.string(), column_index: z.number().int().nullish() }),
  column: given({ column: z.string(), ...rows, ...mostly }),
  columnBounded: bounded({ column: z.string(), ...rows, ...mostly }),
  columnSetOfValues: given({ column: z.string(), value_set: z.array(scalar), ...rows, ...mostly }),
  columnRegex: given({ column: z.string(), regex: z.string(), ...rows, ...mostly }),
  columnAggregate: bounded({ column: z.string(), ...rows }),
  distinctValues: given({ column: z.string(), value_set: z.array(scalar), ...rows }),
  compoundColumns: given({
    column_list: z.array(z.string()).min(2),
    ...rows,
    ...mostly,
    ignore_row_if: z
      .enum(['all_values_are_missing', 'any_value_is_missing', 'never'])
      .default('all_values_are_missing'),
  }),
  columnPair: given({
    column_A: z.string(),
    column_B: z.string(),
    or_equal: z.boolean().nullish(),
    ...rows,
    ...mostly,
    ignore_row_if: z
      .enum(['both_values_are_missing', 'either_value_is_missing', 'neither'])
      .default('both_values_are_missing'),
  }),
  collection: given({ column: z.string(), except: z.array(z.string()).default([]), ...rows, ...mostly }),
  savedQuery: given({ sql: z.string().regex(/^[a-z0-9_]+\.sql$/) }),
  unexpectedRows: given({ unexpected_rows_query: z.string() }),
  reconciliation: given({ table_name: z.string(), bronze_table: z.string().optional() }),
  completeness: given({
    interval_column: z.string().optional(),
    unit_column: z.string(),
    mostly: z.number().min(0).max(1).default(0.95),
    lookback_hours: z.number().int().min(0).max(24).default(2),
    expected_presence: z.number().min(0).max(1).default(0.5),
  }),
  intervalsComplete: given({
    interval_column: z.string().optional(),
    step_minutes: z.number().int().min(1).max(1440).optional(),
    mostly: z.number().min(0).max(1).default(1),
  }),
  deadLetterRatio: given({
    topic: z.string(),
    table_name: z.string(),
    reason_regex: z.string(),
    max_ratio: z.number().min(0).max(1).default(0.5),
    min_rows: z.number().int().min(1).default(10),
  }),
};

export type Kwargs<Name extends keyof typeof kwargs> = z.infer<(typeof kwargs)[Name]>;
