import { runKey } from '../../../../core/ids';
import {
  dbtArguments,
  dbtEnvironment,
  queriesOfRunSql,
  type DbtBuildRequest,
} from '../../../../clients/dbt/dbtCommand';
import { InvalidChangedRangeError } from '../../../../clients/dbt/errors';

const request: DbtBuildRequest = {
  runKey: 'nem/run-1',
  catalog: 'slot_2',
  trinoUrl: 'https://trino.example',
  targetDir: '/t',
  cacheDir: '/c',
  projectDir: '/p',
};

describe('the dbt command', () => {
  it('leaves unit tests out of a run unless told', () => {
    expect(dbtArguments(request).join(' ')).toContain('--exclude-resource-type unit_test');
    expect(dbtArguments({ ...request, unitTests: true }).join(' ')).not.toContain('--exclude-resource-type');
  });

  it('has the same arguments for every range, so that the parsed project stays valid', () => {
    const changed = [{ from: '2025-12-27T00:05:00Z', to: '2025-12-27T00:10:00Z' }];
    expect(dbtArguments({ ...request, changed })).toEqual(dbtArguments(request));
  });

  it('hands over catalog, run and ranges by environment', () => {
    const changed = [
      { from: '2025-12-27T00:05:00.000Z', to: '2025-12-27T00:10:00.000Z' },
      { from: '2025-11-01T00:00:00Z', to: '2025-11-01T00:05:00Z' },
    ];
    expect(dbtEnvironment({ ...request, changed })).toMatchObject({
      TRINO_SCHEME: 'https',
      TRINO_HOST: 'trino.example',
      TRINO_PORT: '443',
      TRINO_CATALOG: 'slot_2',
      TRINO_USER: 'currents',
      DBT_ENV_CUSTOM_ENV_RUN_KEY: 'nem/run-1',
      DBT_CHANGED_RANGES:
        '2025-12-27T00:05:00.000Z/2025-12-27T00:10:00.000Z,2025-11-01T00:00:00Z/2025-11-01T00:05:00Z',
    });
  });

  it('hands over the tables that the catalog has, none included, or lets dbt ask', () => {
    const known = (tables?: string[]) => dbtEnvironment({ ...request, tables }).DBT_KNOWN_TABLES;
    expect(known(['nem.a', 'nem_gold.b'])).toBe('nem.a,nem_gold.b');
    expect(known([])).toBe('');
    expect(known()).toBeUndefined();
  });

  it('inherits no secret of the worker', () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'do-not-tell';
    expect(Object.values(dbtEnvironment(request))).not.toContain('do-not-tell');
  });

  it.each([
    ['yesterday', 'today'],
    ['2025-12-27T00:10:00Z', '2025-12-27T00:05:00Z'],
    ['2025-12-27T00:05:00', '2025-12-27T00:10:00'],
    ["2025-12-27T00:05:00Z' or 1=1", '2025-12-27T00:10:00Z'],
  ])('refuses the range %s to %s', (from, to) => {
    expect(() => dbtEnvironment({ ...request, changed: [{ from, to }] })).toThrow(InvalidChangedRangeError);
  });

  it('finds the statements of one run by their first words', () => {
    expect(queriesOfRunSql("it's")).toContain("starts_with(query, '/* currents_run=it''s ')");
    const [nem, iot] = ['nem', 'iot'].map((pipeline) => queriesOfRunSql(runKey({ pipeline, runId: 'r1' })));
    expect(nem).toContain('/* currents_run=nem/r1 ');
    expect(nem).not.toBe(iot);
  });
});
