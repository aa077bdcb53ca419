import fc from 'fast-check';
import { ExpectationNotApplicableError } from '../../../core/gates/errors';
import { rowConditionSql } from '../../../core/gates/rowCondition';
import { rowConditionObject } from '../../../core/gates/rowConditionObject';
import { target } from './target';

const sql = (condition: string, parser?: string) => rowConditionSql(target, 'expect_x', condition, parser);

describe('row conditions', () => {
  it.each([
    [undefined, 'power_mw > 5', '"power_mw" > 5'],
    [
      'trino',
      "unit_id in ('A', 'B') and not power_mw <= -1.5e1",
      '("unit_id" IN (\'A\', \'B\') AND NOT ("power_mw" <= -15))',
    ],
    ['pandas', 'unit_id == "O\'B" or power_mw != 0', '("unit_id" = \'O\'\'B\' OR "power_mw" <> 0)'],
    [
      'great_expectations',
      'col("power_mw").notNull() & col("unit_id") == "A"',
      '("power_mw" IS NOT NULL AND "unit_id" = \'A\')',
    ],
    [
      'trino',
      '("power_mw" is not null) or unit_id not in (\'x\')',
      '(("power_mw" IS NOT NULL) OR "unit_id" NOT IN (\'x\'))',
    ],
    ['pandas', 'unit_id in ["A"] and is_load == True', '("unit_id" IN (\'A\') AND "is_load" = true)'],
    [
      'trino',
      "trading_interval >= '2025-01-01'",
      '"trading_interval" >= CAST(\'2025-01-01\' AS timestamp(6))',
    ],
  ])('read by %s, %s becomes %s', (parser, condition, expected) => {
    expect(sql(condition, parser)).toBe(expected);
  });

  it.each(['', undefined, null])('%j is every row', (condition) => {
    expect(rowConditionSql(target, 'expect_x', condition)).toBe('true');
  });

  it.each([
    'power_mw > 5; drop table t',
    'power_mw > (select 1)',
    'abs(power_mw) > 1',
    'power_mw + 1 > 2',
    '1 = 1',
    'gone > 1',
    'power_mw >',
    'power_mw in ()',
    "unit_id = 'open",
    'power_mw > 1) or (1',
    'power_mw like 1',
    "unit_id = 'a' -- comment",
  ])('refuses %s, naming suite and type', (condition) => {
    expect(() => sql(condition, 'trino')).toThrow(ExpectationNotApplicableError);
    expect(() => sql(condition, 'trino')).toThrow(/^s: expect_x: /);
  });

  it('quotes whatever text it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const literal = `'${text.replaceAll("'", "''")}'`;
        expect(sql(`unit_id = ${literal}`, 'trino')).toBe(`"unit_id" = ${literal}`);
      }),
    );
  });
});

describe('a row condition of Great Expectations 1.25', () => {
  const compared = (operator: string, parameter: unknown) => ({
    type: 'comparison' as const,
    column: { name: 'power_mw' },
    operator,
    parameter: parameter as { name: string },
  });

  it('may compare two columns, alone or in a group', () => {
    const pair = compared('>', { name: 'unit_id' });
    expect(rowConditionObject.safeParse(pair).success).toBe(true);
    expect(rowConditionSql(target, 'expect_x', pair)).toBe('"power_mw" > "unit_id"');
    const group = { type: 'and' as const, conditions: [pair, compared('<=', 5)] };
    expect(rowConditionSql(target, 'expect_x', group)).toBe('("power_mw" > "unit_id" AND "power_mw" <= 5)');
  });

  it('names a column that the table does not have, and takes no column for a list', () => {
    expect(() => rowConditionSql(target, 'expect_x', compared('>', { name: 'gone' }))).toThrow(
      ExpectationNotApplicableError,
    );
    expect(rowConditionObject.safeParse(compared('IN', { name: 'unit_id' })).success).toBe(false);
    expect(rowConditionObject.safeParse(compared('>', { name: 'unit_id', of: 'x' })).success).toBe(false);
  });
});
