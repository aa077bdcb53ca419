import { buildPastStanding, failsAlike } from '../../../../activities/gold/standingTests';
import { dbtArguments } from '../../../../clients/dbt/dbtCommand';
import { DbtModelsFailedError, DbtTestsFailedError } from '../../../../clients/dbt/errors';
import type { DbtNode } from '../../../../clients/dbt/dbtResults';
import { TrinoStatementError } from '../../../../trino/errors';
import type { Page } from '../../../../trino/client';

function failing(name: string, sql: string | null = null): DbtNode {
  const unique_id = `test.currents.${name}.1`;
  return {
    unique_id,
    name,
    type: 'test',
    status: 'fail',
    execution_ms: 1,
    message: '',
    failures: 1,
    rows: null,
    sql,
  };
}

/** A build that fails by the first of these tests that it is not told to leave out, as dbt does. */
function dbt(...tests: string[]) {
  const builds: (readonly string[])[] = [];
  const build = async (without: readonly string[]): Promise<string> => {
    builds.push([...without]);
    const found = tests.find((test) => !without.includes(test));
    if (found) throw new DbtTestsFailedError([failing(found)]);
    return 'built';
  };
  return { build, builds };
}

describe('a build over rows that an operator merged by override', () => {
  it('passes the tests that those rows fail on the target branch, and names them', async () => {
    const { build, builds } = dbt('region', 'market');
    expect(await buildPastStanding(build, async () => true)).toEqual({
      built: 'built',
      standing: ['region', 'market'],
    });
    expect(builds).toEqual([[], ['region'], ['region', 'market']]);
  });

  it('fails by a test that other rows fail, and names that one alone', async () => {
    const both = async (): Promise<string> => {
      throw new DbtTestsFailedError([failing('region'), failing('market')]);
    };
    await expect(buildPastStanding(both, async ({ name }) => name === 'region')).rejects.toMatchObject({
      code: 'DBT_TESTS_FAILED',
      failing: [{ name: 'market' }],
    });
  });

  it('fails by a model as ever', async () => {
    const broken = new DbtModelsFailedError([failing('region')]);
    await expect(
      buildPastStanding(
        () => Promise.reject(broken),
        async () => true,
      ),
    ).rejects.toBe(broken);
  });

  it('leaves the standing tests out by their names', () => {
    const request = { runKey: 'k', catalog: 'slot_1', trinoUrl: 'http://x:1', targetDir: 't', cacheDir: 'c' };
    expect(dbtArguments({ ...request, exclude: ['region_keeps_rules'] }).join(' ')).toContain(
      '--exclude region_keeps_rules',
    );
    expect(dbtArguments({ ...request, exclude: [] })).not.toContain('--exclude');
  });
});

describe('a failing test on two branches', () => {
  const SQL = 'select * from "slot_1"."nem_gold"."region_interval" where broken';
  const asked: string[] = [];
  const answer = (rows: number) => async (sql: string) => {
    asked.push(sql);
    return { columns: [], rows: [[rows]] } as unknown as Page;
  };

  it('stands when the target branch has all of its rows', async () => {
    expect(await failsAlike(failing('region', SQL), 'slot_1', 'lake', answer(0))).toBe(true);
    expect(asked.at(-1)).toBe(
      `SELECT count(*) FROM (SELECT * FROM (${SQL}) EXCEPT SELECT * FROM (${SQL.replace('slot_1', 'lake')}))`,
    );
    expect(await failsAlike(failing('region', SQL), 'slot_1', 'lake', answer(1))).toBe(false);
  });

  it('does not stand without a table of the branch to compare with', async () => {
    expect(await failsAlike(failing('region', 'select 1'), 'slot_1', 'lake', answer(0))).toBe(false);
    expect(await failsAlike(failing('region'), 'slot_1', 'lake', answer(0))).toBe(false);
    const missing = Object.create(TrinoStatementError.prototype) as TrinoStatementError;
    const none = (): Promise<Page> => Promise.reject(missing);
    expect(await failsAlike(failing('region', SQL), 'slot_1', 'lake', none)).toBe(false);
    await expect(
      failsAlike(failing('region', SQL), 'slot_1', 'lake', () => Promise.reject(new Error('no Trino'))),
    ).rejects.toThrow('no Trino');
  });
});
