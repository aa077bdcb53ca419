import type { Target } from './check';
import { objectConditionSql, type RowConditionObject } from './rowConditionObject';
import { textConditionSql } from './rowConditionText';

/** As Great Expectations saves it: a text up to 1.8, an object since 1.9. Absent or empty is every row. */
export type RowCondition = string | RowConditionObject | null | undefined;

/** The rows an expectation is about, as SQL. Nothing of the suite's own text reaches the query unquoted. */
export function rowConditionSql(
  target: Target,
  type: string,
  condition: RowCondition,
  parser?: string | null,
): string {
  if (!condition) return 'true';
  return typeof condition === 'string'
    ? textConditionSql(target, type, condition, parser)
    : objectConditionSql(target, type, condition, parser);
}
