import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { NessieClient } from '../../nessie/client';
import { startLookalikeSite } from '../../pipelines/nem/demo/site';
import { readConfig } from '../../settings/config';
import { portsFrom } from '../../settings/ports';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';
import { currents, json } from '../integration/support/command';
import { publish } from '../integration/support/market';

jest.setTimeout(600_000);
const fixture = path.join(repositoryRoot(), 'test', 'fixtures', 'oldLake');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-old-'));
const portBase = Number(process.env.CURRENTS_PORT_BASE) + 600;
/** A stack of its own, apart from the shared one. */
const old = {
  CURRENTS_HOME: path.join(folder, 'home'),
  CURRENTS_PORT_BASE: String(portBase),
  API_URL: `http://127.0.0.1:${portsFrom(portBase).site}`,
};
const config = readConfig({ ...process.env, ...old });
const nessie = new NessieClient(config.nessieUrl);

async function succeed(args: string[]): Promise<void> {
  const { code, stderr } = await currents(args, old);
  if (code !== 0) throw new Error(`expected ${args.join(' ')} to succeed, found exit ${code}: ${stderr}`);
}

async function rowsOf(tables: string[], catalog = 'lake'): Promise<Record<string, number>> {
  const trino = new TrinoClient({ server: config.trinoUrl, user: 'analyst', source: 'old-lake', catalog });
  const selects = tables.map((table) => `select '${table}', count(*) from ${table}`);
  const { rows } = await trino.runQuery(selects.join(' union all '));
  return Object.fromEntries(rows.map(([table, count]) => [String(table), Number(count)]));
}

const moves = async (branch: string): Promise<number> =>
  (await nessie.log({ name: branch }, { max: 100 })).filter(({ message }) =>
    message.startsWith('Move the ops'),
  ).length;

afterAll(async () => {
  await currents(['down', '--volumes', '--yes'], old);
  fs.rmSync(folder, { recursive: true, force: true });
});

/** The tests of this file build on one another. */
describe('a lake of version 0.1.0', () => {
  const counted = JSON.parse(fs.readFileSync(path.join(fixture, 'counts.json'), 'utf8')) as Record<
    string,
    number
  >;
  const expected = Object.fromEntries(
    Object.entries(counted).map(([table, rows]) => [table.replace(/^ops\./, 'nem_ops.'), rows]),
  );

  it('is opened with every row of every table', async () => {
    execFileSync('tar', ['xzf', path.join(fixture, 'lake-0.1.0.tar.gz'), '-C', folder]);
    await succeed(['restore', folder]);
    await succeed(['up']);
    expect(await rowsOf(Object.keys(expected))).toEqual(expected);
    const tables = [...(await nessie.listContents({ name: 'main' })).keys()];
    expect(tables.filter((table) => table.startsWith('ops.'))).toEqual([]);
  });

  it('keeps decisions on dead letters, and the tables of its branches', async () => {
    const { body } = await json<{ dead_letters: { reason: string; status: string }[] }>(
      ['deadletters', 'list', '--status', 'discarded'],
      old,
    );
    expect(JSON.stringify(body)).toContain('empty_unit_id');
    const branch = await nessie.listContents({ name: 'tariff' });
    expect([...branch.keys()]).toEqual(expect.arrayContaining(['nem_ops.dead_letters']));
  });

  it('is moved once', async () => {
    expect([await moves('main'), await moves('tariff')]).toEqual([1, 1]);
    await succeed(['down', '--only', 'bootstrap']);
    await succeed(['up']);
    expect([await moves('main'), await moves('tariff')]).toEqual([1, 1]);
  });

  it('continues where its ledger ends', async () => {
    const site = await startLookalikeSite({ port: config.ports.site });
    try {
      const { range } = publish(site, { fromNem: '2026-11-26 11:00', intervals: 3 });
      const run = await json<{ status: string; message?: string }>(['run', 'nem', ...range], old);
      expect([run.body.status, run.body.message]).toEqual(['merged', undefined]);
    } finally {
      await site.close();
    }
    const after = await rowsOf(Object.keys(expected));
    for (const [table, rows] of Object.entries(expected))
      expect([table, after[table]! >= rows]).toEqual([table, true]);
    for (const table of ['nem.silver_dispatch_clean', 'nem_gold.fact_dispatch', 'nem_ops.ingest_ledger'])
      expect([table, after[table]! > expected[table]!]).toEqual([table, true]);
    expect(after['nem_ops.dead_letter_events']).toBe(expected['nem_ops.dead_letter_events']);
    const trino = new TrinoClient({
      server: config.trinoUrl,
      user: 'analyst',
      source: 'old-lake',
      catalog: 'lake',
    });
    const { rows } = await trino.runQuery(`
      select topic, partition, start_offset, expected from (
        select topic, partition, start_offset,
               coalesce(lag(end_offset) over (partition by topic, partition order by start_offset), start_offset) as expected
        from nem_ops.ingest_ledger where kind = 'kafka') where start_offset <> expected`);
    expect(rows).toEqual([]);
  });
});
