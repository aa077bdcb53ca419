import fs from 'node:fs';
import path from 'node:path';
import { compileExpectation, problemsOf } from '../../../core/gates/catalogue';
import type { Target } from '../../../core/gates/check';
import { rowConditionSql } from '../../../core/gates/rowCondition';
import { scanSql } from '../../../core/gates/scan';
import { readSuite, type Suite } from '../../../core/gates/suite';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { target } from './target';

/**
 * The fixture is what Great Expectations 1.24.1 saved for 27 expectations (`suites.add`, `suite.save`), not
 * one byte changed: ids, notes, rendered content, windows, conditions as objects and old ones as text.
 */
const FIXTURE = 'test/fixtures/gates/great_expectations_1.24.1.json';
const saved = readSuite(
  JSON.parse(fs.readFileSync(path.join(repositoryRoot(), FIXTURE), 'utf8')),
  FIXTURE,
) as { suite: Suite };
const units: Target = {
  ...target,
  columns: new Map([...target.columns, ['fuel_type', 'varchar'], ['capacity_mw', 'double']]),
};

/** What the fixture's conditions are as text, in the order of its first expectations. */
const AS_TEXT = [
  "fuel_type = 'solar'",
  "fuel_type != 'O''Brien'",
  'power_mw > -1.5',
  'power_mw >= 0',
  'power_mw < 1e16',
  'power_mw <= 5',
  'is_load = true',
  "trading_interval >= '2025-01-01'",
  "fuel_type in ('solar', 'wind')",
  'power_mw not in (1, 2.5)',
  'fuel_type is null',
  'fuel_type is not null',
  "fuel_type = 'solar' and power_mw > 0 and unit_id is not null",
  null,
  "power_mw > 5 and fuel_type = 'solar'",
  "power_mw > 5 and fuel_type = 'solar'",
  "fuel_type = 'solar'",
  'fuel_type is not null',
  'power_mw > 5',
];

describe('a suite saved by Great Expectations 1.24', () => {
  it('is read without a problem', () => {
    expect(saved).toHaveProperty('suite');
    expect(problemsOf(saved.suite)).toEqual([]);
    expect(saved.suite.expectations.map(({ severity }) => severity)).toEqual(
      expect.arrayContaining(['critical', 'warning', 'info']),
    );
  });

  it.each(AS_TEXT.map((text, index) => [index, text] as const).filter(([, text]) => text !== null))(
    'asks by the object of expectation %i the same as by the text %s',
    (index, text) => {
      const given = saved.suite.expectations[index]!;
      const withText = {
        ...given,
        kwargs: { ...given.kwargs, row_condition: text, condition_parser: 'trino' },
      };
      expect(compileExpectation(units, given, {})).toMatchObject(
        asData(compileExpectation(units, withText, {})),
      );
    },
  );

  it('keeps the order of and within or', () => {
    const { row_condition } = saved.suite.expectations[13]!.kwargs;
    expect(rowConditionSql(units, 'expect_x', row_condition as never)).toBe(
      '(("fuel_type" = \'solar\' AND "power_mw" > 0) OR "fuel_type" = \'wind\')',
    );
  });

  it('becomes one statement, every expectation in it', () => {
    const checks = saved.suite.expectations.map((expectation) => compileExpectation(units, expectation, {}));
    expect(scanSql([{ target: units, checks }])).toContain("\"fuel_type\" IN ('solar', 'wind')");
    expect(checks).toHaveLength(27);
  });
});

describe('conditions as objects', () => {
  const comparison = (operator: string, parameter: unknown) => ({
    type: 'comparison',
    column: { name: 'power_mw' },
    operator,
    parameter,
  });
  const sql = (condition: unknown) => rowConditionSql(units, 'expect_x', condition as never);
  const problems = (row_condition: unknown) =>
    problemsOf(
      (
        readSuite(
          {
            name: 's',
            expectations: [
              {
                type: 'expect_column_values_to_not_be_null',
                kwargs: { column: 'power_mw', row_condition },
              },
            ],
          },
          's.json',
        ) as { suite: Suite }
      ).suite,
    );

  it.each([
    [{ type: 'or', conditions: [{ type: 'and', conditions: [comparison('>', 1)] }] }, '"power_mw" > 1'],
    [
      {
        type: 'and',
        conditions: [
          comparison('>', 1),
          {
            type: 'or',
            conditions: [
              comparison('==', 2),
              { type: 'nullity', column: { name: 'unit_id' }, is_null: true },
            ],
          },
        ],
      },
      '("power_mw" > 1 AND ("power_mw" = 2 OR "unit_id" IS NULL))',
    ],
    [comparison('NOT IN', [1]), '"power_mw" NOT IN (1)'],
    [comparison('IN', []), 'false'],
    [comparison('NOT_IN', []), 'true'],
    [
      {
        type: 'comparison',
        column: { name: 'trading_interval' },
        operator: '<',
        parameter: '2025-01-01T00:05:00',
      },
      '"trading_interval" < CAST(\'2025-01-01 00:05:00\' AS timestamp(6))',
    ],
    [
      { type: 'comparison', column: { name: 'unit_id' }, operator: '==', parameter: "x' OR 1=1 --" },
      "\"unit_id\" = 'x'' OR 1=1 --'",
    ],
  ])('nest freely and quote every value: %j', (condition, expected) => {
    expect(problems(condition)).toEqual([]);
    expect(sql(condition)).toBe(expected);
  });

  it.each([
    [comparison('LIKE', 'a'), /row_condition\.operator: expected ==, .* found "LIKE"/],
    [comparison('IN', 3), /row_condition\.parameter: expected a list for IN/],
    [comparison('==', [3]), /row_condition\.parameter: expected a list for IN/],
    [comparison('==', null), /row_condition\.parameter: expected a text, .* found null/],
    [
      { type: 'not', conditions: [] },
      /row_condition.*expected a text or an object of type comparison.* found "not"/,
    ],
    [
      { type: 'and', conditions: [comparison('~', 1)] },
      /row_condition\.conditions\.0\.operator: .* found "~"/,
    ],
    [{ ...comparison('>', 1), negate: true }, /row_condition: .*negate/],
    [7, /row_condition: expected a text or an object/],
  ])('are refused by name where they are not understood: %j', (condition, expected) => {
    expect(problems(condition).join('\n')).toMatch(expected);
  });

  it('name a column that the table does not have', () => {
    expect(() => sql({ type: 'nullity', column: { name: 'gone' }, is_null: true })).toThrow(
      /^s: expect_x: expected column gone/,
    );
  });
});

function asData(check: object): object {
  return JSON.parse(JSON.stringify(check)) as object;
}
