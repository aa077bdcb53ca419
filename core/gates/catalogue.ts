import type { z } from 'zod';
import type { Check, Compile, Target } from './check';
import * as column from './columnChecks';
import * as ours from './currentsChecks';
import { kwargs, type Kwargs } from './kwargs';
import type { Expectation, Suite } from './suite';
import * as table from './tableChecks';

interface Supported {
  kwargs: z.ZodType;
  compile: Compile<never>;
}

const type = <Name extends keyof typeof kwargs>(name: Name, compile: Compile<Kwargs<Name>>): Supported => ({
  kwargs: kwargs[name],
  compile: compile as Compile<never>,
});

/**
 * Every expectation type that runs here. The names without `currents_` mean what they mean in Great
 * Expectations 1.x.
 */
const catalogue: Record<string, Supported> = {
  expect_table_row_count_to_be_between: type('tableRowCount', table.rowCount),
  expect_table_columns_to_match_set: type('columnSet', table.columnsMatchSet),
  expect_column_to_exist: type('columnExists', table.columnExists),
  expect_column_values_to_not_be_null: type('column', column.notNull),
  expect_column_values_to_be_null: type('column', column.isNull),
  expect_column_values_to_be_between: type('columnBounded', column.between),
  expect_column_values_to_be_in_set: type('columnSetOfValues', column.inSet),
  expect_column_values_to_not_be_in_set: type('columnSetOfValues', column.notInSet),
  expect_column_values_to_match_regex: type('columnRegex', column.matchesRegex),
  expect_column_value_lengths_to_be_between: type('columnBounded', column.lengthsBetween),
  expect_column_distinct_values_to_be_in_set: type('distinctValues', column.distinctInSet),
  expect_column_pair_values_a_to_be_greater_than_b: type('columnPair', column.pairGreater),
  expect_column_values_to_be_unique: type('column', table.unique),
  expect_compound_columns_to_be_unique: type('compoundColumns', table.compoundUnique),
  expect_column_min_to_be_between: type('columnAggregate', table.columnMin),
  expect_column_max_to_be_between: type('columnAggregate', table.columnMax),
  expect_column_mean_to_be_between: type('columnAggregate', table.columnMean),
  expect_column_sum_to_be_between: type('columnAggregate', table.columnSum),
  unexpected_rows_expectation: type('unexpectedRows', ours.unexpectedRows),
  currents_expect_collection_to_be_empty: type('collection', column.emptyCollection),
  currents_expect_reconciliation: type('reconciliation', ours.reconciliation),
  currents_expect_completeness: type('completeness', ours.completeness),
  currents_expect_intervals_complete: type('intervalsComplete', ours.intervalsComplete),
  currents_expect_dead_letter_ratio: type('deadLetterRatio', ours.deadLetterRatio),
};

const SAVED_QUERY = 'currents_expect_query_to_return_no_rows';

export const supportedTypes: readonly string[] = [...Object.keys(catalogue), SAVED_QUERY].sort();

/** A suite with the saved queries it names, by file name. */
export interface LoadedSuite {
  suite: Suite;
  queries: Record<string, string>;
}

/** Names of the saved queries a suite needs. */
export function savedQueriesOf(suite: Suite): string[] {
  return suite.expectations
    .filter((expectation) => expectation.type === SAVED_QUERY)
    .map((expectation) => String(expectation.kwargs['sql']));
}

/** Every unknown type and every wrong kwarg of a suite, each named with its expectation. */
export function problemsOf(suite: Suite): string[] {
  return suite.expectations.flatMap((expectation, index) => {
    const place = `${suite.name}: expectation ${index + 1} (${expectation.type})`;
    const shape = shapeOf(expectation.type);
    if (!shape) return [`${place}: expected a supported type (${supportedTypes.join(', ')})`];
    const parsed = shape.safeParse(expectation.kwargs);
    return parsed.success
      ? []
      : parsed.error.issues.map(
          (issue) => `${place}: ${['kwargs', ...issue.path].join('.')}: ${issue.message}`,
        );
  });
}

/**
 * @throws ExpectationNotApplicableError when the expectation does not apply to the table, such as for a
 *   missing column.
 */
export function compileExpectation(
  target: Target,
  expectation: Expectation,
  queries: Record<string, string>,
): Check {
  const given = shapeOf(expectation.type)?.parse(expectation.kwargs);
  if (expectation.type !== SAVED_QUERY)
    return catalogue[expectation.type]!.compile(target, given as never, expectation);
  const { sql } = given as Kwargs<'savedQuery'>;
  return ours.noRows(target, SAVED_QUERY, sql, queries[sql] ?? '');
}

function shapeOf(expectationType: string): z.ZodType | undefined {
  return expectationType === SAVED_QUERY ? kwargs.savedQuery : catalogue[expectationType]?.kwargs;
}
