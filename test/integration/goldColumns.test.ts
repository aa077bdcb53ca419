import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { buildPastStanding, failsAlike } from '../../activities/gold/standingTests';
import { pointAt, resetBranch } from '../../nessie/branchMoves';
import { runDbtBuild } from '../../clients/dbt/dbt';
import type { DbtBuildRequest } from '../../clients/dbt/dbtCommand';
import { NessieClient } from '../../nessie/client';
import { readConfig } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';

jest.setTimeout(300_000);

const MODEL = 'interconnector_interval';
const TABLE = `nem_gold.${MODEL}`;
const COMMITS_MAX = 10_000;
const FIRST = '2025-12-27 00:05:00';
const SECOND = '2025-12-27 00:35:00';
/** Holds the first interval and not the second. */
const FIRST_RANGE = '2025-12-26T14:00:00Z/2025-12-26T14:30:00Z';
const SILVER = [
  `create table nem.silver_interconnector_clean (
    trading_interval timestamp(6), interval_end_at timestamp(6) with time zone,
    trading_date date, interconnector_id varchar, metered_mw_flow double, mw_flow double, mw_losses double,
    export_limit_mw double, import_limit_mw double)`,
  `create table nem.interconnector_metadata (interconnector_id varchar, region_from varchar, region_to varchar,
    valid_from timestamp(6), valid_to timestamp(6))`,
  ...[FIRST, SECOND].map(
    (end) => `insert into nem.silver_interconnector_clean values (timestamp '${end}',
      at_timezone(with_timezone(timestamp '${end}', '+10:00'), 'UTC'),
      date '2025-12-26', 'V-SA', 1e2, 9e1, 2e0, 5e2, -5e2)`,
  ),
];

const BROKEN = [
  `create or replace table nem.interconnector_metadata as select * from (values
    ('V-SA', 'VIC1', cast(null as varchar),
      timestamp '1998-12-01 00:00:00.000000', timestamp '2999-12-31 00:00:00.000000'))
    as t (interconnector_id, region_from, region_to, valid_from, valid_to)`,
];

/** A slot of its own kind: no tables but these, as the lake began; at the end it is pointed at main. */
describe('the columns of a gold table', () => {
  const config = readConfig();
  const nessie = new NessieClient(config.nessieUrl);
  const trino = new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'gold-columns-test' });
  const catalog = `slot_${config.SLOT_COUNT}`;
  /** Stands for the target branch. */
  const base = `slot_${config.SLOT_COUNT - 1}`;
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-dbt-'));
  const sql = async (text: string): Promise<unknown[][]> => (await trino.runQuery(text, { catalog })).rows;

  beforeAll(async () => {
    const history = await nessie.log({ name: 'main' }, { max: COMMITS_MAX });
    await resetBranch(nessie, catalog, { name: 'main', hash: history.at(-1)!.hash });
    for (const statement of SILVER) await sql(statement);
  });
  afterAll(async () => {
    const { name, hash } = await nessie.getReference('main');
    for (const slot of [catalog, base]) await pointAt(nessie, slot, { name, hash });
    fs.rmSync(target, { recursive: true, force: true });
  });

  async function dbtRun(changed = ''): Promise<{ code: number; stdout: string }> {
    const project = path.join(repositoryRoot(), 'dbt');
    const env = {
      ...process.env,
      TRINO_PORT: new URL(config.trinoUrl).port,
      TRINO_CATALOG: catalog,
      DBT_CHANGED_RANGES: changed,
      DO_NOT_TRACK: '1',
    };
    const folders = ['--project-dir', project, '--profiles-dir', project, '--target-path', target];
    return promisify(execFile)(
      path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'dbt'),
      ['--no-use-colors', '--log-path', target, 'run', '--select', MODEL, ...folders],
      { env },
    ).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => ({ code: error.code, stdout: error.stdout }),
    );
  }
  const losses = () => sql(`select losses_mw from ${TABLE} order by trading_interval`);

  it('grow by what the contract adds, in the run that writes the first rows of it', async () => {
    expect(await dbtRun()).toMatchObject({ code: 0 });
    await sql(`alter table ${TABLE} drop column losses_mw`);
    expect(await dbtRun(FIRST_RANGE)).toMatchObject({ code: 0 });
    expect(await losses()).toEqual([[2], [null]]);
    expect(
      await sql(`select data_type from information_schema.columns
        where table_schema = 'nem_gold' and table_name = '${MODEL}' and column_name = 'losses_mw'`),
    ).toEqual([['double']]);
  });

  it('that the contract does not have, or has with another type, are an error that says what to do', async () => {
    await sql(`alter table ${TABLE} drop column losses_mw`);
    await sql(`alter table ${TABLE} add column losses_mw varchar`);
    await sql(`alter table ${TABLE} add column old_mw double`);
    const { code, stdout } = await dbtRun(FIRST_RANGE);
    expect(code).toBe(1);
    expect(stdout).toContain(`${TABLE} column losses_mw: expected double, found varchar; `);
    expect(stdout).toContain(
      `${TABLE} column old_mw: expected no such column by the contract, found double. `,
    );
    expect(stdout).toContain('npx currents run nem --gold-only');
    expect(await losses()).toEqual([[null], [null]]);
  });

  it('are those of the contract again where the whole table is built', async () => {
    expect(await dbtRun()).toMatchObject({ code: 0 });
    expect(await losses()).toEqual([[2], [2]]);
  });

  it('are filled by statements for what is neither known nor there', async () => {
    const known = await sql(
      "select table_schema || '.' || table_name from information_schema.tables " +
        "where table_schema in ('nem', 'nem_gold')",
    );
    const build = (runKey: string) =>
      runDbtBuild({
        ...{ runKey, catalog, trinoUrl: config.trinoUrl, select: [MODEL], tables: known.flat().map(String) },
        ...{ changed: [{ from: '2025-12-26T14:00:00Z', to: '2025-12-26T14:30:00Z' }] },
        ...{ targetDir: target, cacheDir: path.join(target, 'cache') },
      });
    const asked = async (runKey: string): Promise<unknown[]> =>
      (
        await sql(
          `select regexp_extract(query, '\\*/\\s*(\\w+)', 1) from system.runtime.queries
            where starts_with(query, '/* currents_run=${runKey} ') order by 1`,
        )
      ).flat();
    await sql(`delete from ${TABLE} where trading_interval = timestamp '${FIRST}'`);
    await build('none-there');
    expect(await losses()).toEqual([[2], [2]]);
    // Columns and rows of the range, the rows, the test.
    expect(await asked('none-there')).toEqual(['insert', 'select', 'select']);
    await build('some-there');
    expect(await losses()).toEqual([[2], [2]]);
    expect(await asked('some-there')).toEqual(['delete', 'insert', 'select', 'select']);
  });

  it('may hold rows that fail a dbt test on the target branch as well, and no other ones', async () => {
    const changed = [{ from: '2025-12-26T14:00:00Z', to: '2025-12-26T14:40:00Z' }];
    const build = (more: Partial<DbtBuildRequest>) =>
      runDbtBuild({
        ...{ runKey: 'standing', catalog, trinoUrl: config.trinoUrl, select: [MODEL], changed },
        ...{ targetDir: target, cacheDir: path.join(target, 'cache') },
        ...more,
      });
    const past = () =>
      buildPastStanding(
        (exclude) => build({ exclude }),
        (test) => failsAlike(test, catalog, base, (text) => trino.runQuery(text, { catalog })),
      );
    for (const statement of BROKEN) await sql(statement);
    await expect(past()).rejects.toMatchObject({ code: 'DBT_TESTS_FAILED' });
    // An operator merges it by override.
    await build({ withoutTests: true });
    await pointAt(nessie, base, { name: catalog, hash: (await nessie.getReference(catalog)).hash });
    expect(await past()).toMatchObject({ standing: ['interconnector_interval_keeps_rules'] });
    await sql(SILVER[3]!.replaceAll('00:35:00', '00:40:00'));
    await expect(past()).rejects.toMatchObject({
      code: 'DBT_TESTS_FAILED',
      message: expect.stringContaining('interconnector_interval_keeps_rules (3 rows)'),
    });
  });
});
