import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { catalogOfBranch } from '../../core/ids';
import { NessieClient } from '../../nessie/client';
import { startLookalikeSite } from '../../pipelines/nem/demo/site';
import { readConfig } from '../../settings/config';
import { portsFrom } from '../../settings/ports';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';
import { differences, readSums } from '../chaos/checksums';
import { currents, json } from '../integration/support/command';
import { publish } from '../integration/support/market';
import { oldRowsSql, publishOldMessages, readOldMessages, type OldEnds } from './support/oldMessages';

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

function analyst(catalog: string): TrinoClient {
  return new TrinoClient({ server: config.trinoUrl, user: 'analyst', source: 'old-lake', catalog });
}

async function rowsOf(tables: string[]): Promise<Record<string, number>> {
  const selects = tables.map((table) => `select '${table}', count(*) from ${table}`);
  const { rows } = await analyst('lake').runQuery(selects.join(' union all '));
  return Object.fromEntries(rows.map(([table, count]) => [String(table), Number(count)]));
}

const DAY = '2026-11-26';
/** Today's files come first; those of the old messages end at 11:20, 11:25 and 11:30. */
const RANGE = ['--from', `${DAY}T11:00:00+10:00`, '--to', `${DAY}T11:30:00+10:00`];
/** Rooftop files stamped 11:30 are of the half hour that ends at 11:00. */
const WITH_ROOFTOP = ['--from', `${DAY}T10:55:00+10:00`, '--to', `${DAY}T11:30:00+10:00`];
const FROM_LANDING = 'from_landing';
const BRONZE: Record<string, string> = {
  nem_dispatch: 'nem.bronze_dispatch',
  nem_price: 'nem.bronze_price',
  nem_region: 'nem.bronze_region',
  nem_interconnector: 'nem.bronze_interconnector',
  nem_case: 'nem.bronze_case',
  nem_rooftop: 'nem.bronze_rooftop',
};

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
  const oldMessages = readOldMessages(path.join(fixture, 'messages-0.1.0.json.gz'));
  let oldEnds: OldEnds = [];
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
    const kafka = new KafkaJsPort(config.kafkaBrokers);
    try {
      const { hash } = await nessie.getReference('main');
      await nessie.createBranch(FROM_LANDING, { name: 'main', hash });
      oldEnds = await publishOldMessages(kafka, site, oldMessages);
      publish(site, { fromNem: '2026-11-26 11:00', intervals: 3 });
      const run = await json<{ status: string; message?: string }>(['run', 'nem', ...RANGE], old);
      expect([run.body.status, run.body.message]).toEqual(['merged', undefined]);
    } finally {
      await kafka.close();
      await site.close();
    }
    const after = await rowsOf(Object.keys(expected));
    for (const [table, rows] of Object.entries(expected))
      expect([table, after[table]! >= rows]).toEqual([table, true]);
    for (const table of ['nem.silver_dispatch_clean', 'nem_gold.fact_dispatch', 'nem_ops.ingest_ledger'])
      expect([table, after[table]! > expected[table]!]).toEqual([table, true]);
    expect(after['nem_ops.dead_letter_events']).toBe(expected['nem_ops.dead_letter_events']);
    const { rows } = await analyst('lake').runQuery(`
      select topic, partition, start_offset, expected from (
        select topic, partition, start_offset,
               coalesce(lag(end_offset) over (
                 partition by topic, partition order by start_offset), start_offset) as expected
        from nem_ops.ingest_ledger where kind = 'kafka') where start_offset <> expected`);
    expect(rows).toEqual([]);
  });

  it('reads on what that version left in Kafka, though the same rows follow in the form of today', async () => {
    const counts = Object.entries(BRONZE).map(([topic, table]) =>
      oldRowsSql(table, topic, oldMessages, oldEnds),
    );
    const { rows } = await analyst('lake').runQuery(counts.join(' union all '));
    const found = Object.fromEntries(rows.map(([table, all, ofOld]) => [String(table), [all, ofOld]]));
    for (const [topic, table] of Object.entries(BRONZE)) {
      const written = oldMessages.topics.filter((each) => each.topic === topic);
      const lines = written.reduce((sum, { records }) => sum + records.length, 0);
      expect([table, ...found[table]!]).toEqual([table, lines, lines]);
    }
  });

  it('has the rows of old messages as today makes them of the same files, in every column', async () => {
    const onBranch = { ...old, NESSIE_BRANCH: FROM_LANDING };
    const rebuilt = await json<{ records: number }>(['rebuild', ...WITH_ROOFTOP], onBranch);
    expect([rebuilt.code, rebuilt.body.records > 2_500]).toEqual([0, true]);
    await json(['branch', 'diff', FROM_LANDING], old);
    const [ofMessages, ofFiles] = await Promise.all(
      ['lake', catalogOfBranch(FROM_LANDING)].map((catalog) => readSums(analyst(catalog), [DAY])),
    );
    const empty = Object.values(BRONZE).filter((table) => !ofFiles![table]?.[DAY]);
    expect(empty).toEqual([]);
    const wrong = differences(ofMessages!, ofFiles!, [DAY]);
    // When a dead letter was seen first, and by which way it came, is its own.
    expect(wrong.filter((line) => !line.startsWith('nem_ops.'))).toEqual([]);
  });
});
