import { withStanding } from '../../../activities/gates/standing';
import { runSuite, type Ask } from '../../../activities/gates/suiteRun';
import { readSuite, type Suite } from '../../../core/gates/suite';
import type { Cell, Page } from '../../../trino/client';
import { target } from './target';

const { suite } = readSuite(
  {
    name: 's',
    expectations: [
      { type: 'expect_column_values_to_be_between', kwargs: { column: 'power_mw', min_value: 0 } },
      { type: 'expect_column_sum_to_be_between', kwargs: { column: 'power_mw', min_value: 100 } },
    ],
  },
  's.json',
) as { suite: Suite };
const base = { ...target, catalog: 'lake', table: '"lake"."nem"."t"' };
const page = (names: string[], rows: Cell[][]): Page => ({
  columns: names.map((name) => ({ name, type: 'varchar' })),
  rows,
});

interface Lake {
  /** Bad rows and sum on the run's branch, and on the target branch. */
  now: [bad: number, sum: string];
  before: [bad: number, sum: string];
  /** Offending rows that only the run's branch has. */
  added?: number;
}

/** Answers the scan of ten rows of either branch, and what is asked after a failure. */
const asking = ({ now, before, added = 0 }: Lake) => {
  const asked: string[] = [];
  const ask: Ask = async (sql) => {
    asked.push(sql);
    if (sql.includes(' EXCEPT ')) return page(['n'], [[String(added)]]);
    if (sql.includes('max_by(run_id')) return page(['run'], [['20261121T051500Z']]);
    if (sql.includes('LIMIT 0')) return page(['unit_id', 'power_mw'], []);
    if (sql.includes('LIMIT')) return page(['unit_id'], [['A']]);
    const [bad, sum] = sql.includes('"lake"') ? before : now;
    const within = Number(sum) >= 100;
    const wholeRow = ['10', '10', String(bad), sum, within] as Cell[];
    const rowRule = sql.includes('count_if');
    const sumRule = sql.includes('sum("power_mw")');
    return page(
      [],
      [rowRule && sumRule ? wholeRow : rowRule ? wholeRow.slice(0, 3) : ['10', '10', sum, within]],
    );
  };
  return { ask, shared: ask, asked };
};

async function outcome(lake: Lake, before: typeof base | null = base) {
  const answers = asking(lake);
  const results = await runSuite({ suite, queries: {} }, target, answers);
  const found = await withStanding(results, { suite, queries: {} }, target, before, ['unit_id'], answers);
  return {
    asked: answers.asked,
    found: found.map(({ expectation_config: { severity, meta } }) => [severity, meta['title'] ?? null]),
  };
}

describe('a failure that stands on the target branch', () => {
  it('is a warning that names the run, when the same rows fail there', async () => {
    const { found, asked } = await outcome({ now: [2, '500'], before: [2, '500'] });
    expect(found[0]).toEqual([
      'warning',
      'column values to be between power_mw (standing since run 20261121T051500Z)',
    ]);
    expect(asked.find((sql) => sql.includes(' EXCEPT '))).toMatch(
      /SELECT "unit_id", "power_mw" FROM \(.*"slot_1".*EXCEPT SELECT "unit_id", "power_mw" FROM \(.*"lake"/,
    );
  });

  it.each<[string, Lake]>([
    ['a row fails that does not fail there', { now: [2, '500'], before: [2, '500'], added: 1 }],
    ['nothing fails there', { now: [2, '500'], before: [0, '500'] }],
  ])('stays a failure when %s', async (_, lake) => {
    expect((await outcome(lake)).found[0]).toEqual(['critical', null]);
  });

  it('stays a failure where the table is not on the target branch', async () => {
    expect((await outcome({ now: [2, '500'], before: [2, '500'] }, null)).found[0]).toEqual([
      'critical',
      null,
    ]);
  });

  it('of a whole table stands only with the same value', async () => {
    expect((await outcome({ now: [0, '50'], before: [0, '50'] })).found[1]?.[0]).toBe('warning');
    expect((await outcome({ now: [0, '50'], before: [0, '60'] })).found[1]?.[0]).toBe('critical');
  });

  it('costs nothing when nothing failed', async () => {
    expect((await outcome({ now: [0, '500'], before: [0, '500'] })).asked).toHaveLength(1);
  });
});
