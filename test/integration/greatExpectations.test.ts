import { auditOwn, INTERVAL, lake, openGatesLake, units } from './gatesAudit';

openGatesLake();

/**
 * Expectation, its arguments, and whether it holds for ten units of one interval, one of them without power.
 */
const CATALOGUE: [string, Record<string, unknown>, boolean][] = [
  ['expect_table_row_count_to_be_between', { min_value: 10, max_value: 10 }, true],
  ['expect_table_row_count_to_be_between', { min_value: 11 }, false],
  ['expect_column_to_exist', { column: 'power_mw' }, true],
  ['expect_column_to_exist', { column: 'nope' }, false],
  ['expect_table_columns_to_match_set', { column_set: ['unit_id'], exact_match: false }, true],
  ['expect_table_columns_to_match_set', { column_set: ['unit_id'] }, false],
  ['expect_column_values_to_not_be_null', { column: 'power_mw' }, false],
  ['expect_column_values_to_not_be_null', { column: 'power_mw', mostly: 0.9 }, true],
  ['expect_column_values_to_be_null', { column: 'station_name' }, true],
  ['expect_column_values_to_be_between', { column: 'power_mw', min_value: 0, max_value: 8 }, true],
  ['expect_column_values_to_be_between', { column: 'power_mw', min_value: 0, strict_min: true }, false],
  [
    'expect_column_values_to_be_between',
    { column: 'trading_interval', min_value: '2025-12-27 00:00:00', max_value: '2025-12-28' },
    true,
  ],
  [
    'expect_column_values_to_be_between',
    {
      column: 'power_mw',
      min_value: 1,
      row_condition: 'col("unit_id") != "UNIT0" and power_mw is not null',
      condition_parser: 'great_expectations',
    },
    true,
  ],
  ['expect_column_values_to_be_in_set', { column: 'fuel_type', value_set: ['wind', 'solar'] }, true],
  ['expect_column_values_to_be_in_set', { column: 'fuel_type', value_set: ['wind'] }, false],
  ['expect_column_values_to_not_be_in_set', { column: 'fuel_type', value_set: ["o'coal"] }, true],
  ['expect_column_values_to_match_regex', { column: 'unit_id', regex: '^(UNIT\\d|ODD)$' }, true],
  ['expect_column_values_to_be_unique', { column: 'unit_id' }, true],
  ['expect_column_values_to_be_unique', { column: 'fuel_type' }, false],
  ['expect_compound_columns_to_be_unique', { column_list: ['trading_interval', 'unit_id'] }, true],
  [
    'expect_column_pair_values_a_to_be_greater_than_b',
    { column_A: 'capacity_mw', column_B: 'power_mw', ignore_row_if: 'either_value_is_missing' },
    true,
  ],
  ['expect_column_min_to_be_between', { column: 'power_mw', min_value: 0, max_value: 0 }, true],
  ['expect_column_max_to_be_between', { column: 'power_mw', max_value: 7 }, false],
  ['expect_column_mean_to_be_between', { column: 'power_mw', min_value: 3.5, max_value: 4.5 }, true],
  ['expect_column_sum_to_be_between', { column: 'power_mw', min_value: 36, max_value: 36 }, true],
  ['expect_column_value_lengths_to_be_between', { column: 'unit_id', max_value: 4 }, false],
  [
    'expect_column_distinct_values_to_be_in_set',
    { column: 'fuel_type', value_set: ['wind', 'solar', 'coal'] },
    true,
  ],
  [
    'unexpected_rows_expectation',
    { unexpected_rows_query: "SELECT * FROM {batch} WHERE fuel_type = 'coal'" },
    true,
  ],
];

describe('suites written for Great Expectations', () => {
  beforeEach(async () => {
    await lake.load({
      runId: 'r1',
      interval: INTERVAL,
      units: [...units(9), { unit_id: 'ODD', mw: null, fuel: 'solar' }],
    });
  });

  it('hold or fail as they are written there', async () => {
    const {
      results: [result],
    } = await auditOwn(CATALOGUE.map(([type, kwargs]) => ({ type, kwargs })));
    expect(
      result?.results.map((one, index) => [
        ...CATALOGUE[index]!.slice(0, 2),
        one.success,
        one.exception_info.exception_message,
      ]),
    ).toEqual(CATALOGUE.map((row) => [...row, null]));
  });

  it('fail only the expectations that cannot be asked, beside those that can', async () => {
    const {
      results: [result],
      verdict,
    } = await auditOwn([
      { type: 'expect_column_values_to_not_be_null', kwargs: { column: 'unit_id' } },
      { type: 'expect_column_values_to_not_be_null', kwargs: { column: 'gone' } },
      { type: 'expect_column_values_to_match_regex', kwargs: { column: 'unit_id', regex: '(' } },
      {
        type: 'expect_column_values_to_be_in_set',
        kwargs: { column: 'power_mw', value_set: ['not a number'] },
      },
    ]);
    expect(result?.results.map((one) => one.success)).toEqual([true, false, false, false]);
    expect(result?.results[1]?.exception_info.exception_message).toContain(
      'own: expect_column_values_to_not_be_null: expected column gone in nem.silver_dispatch_clean',
    );
    expect(verdict.passed).toBe(false);
  });
});
