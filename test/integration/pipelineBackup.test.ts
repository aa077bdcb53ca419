import { logLevel } from 'kafkajs';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { kafkaClient } from '../../clients/kafka/kafkaClient';
import { readConfig, type Config } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { TrinoClient } from '../../trino/client';
import { readSums, type Sums } from '../chaos/checksums';
import { currents, json } from './support/command';

jest.setTimeout(600_000);
/** Apart from the shared stack's ports and those of stack.test.ts. */
const again = {
  CURRENTS_HOME: path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-again-')), 'home'),
  CURRENTS_PORT_BASE: String(Number(process.env.CURRENTS_PORT_BASE) + 300),
};
const LOST = 'nem_dispatch';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-backup-'));

interface Report {
  instant: string;
  objects: number;
  copied: number;
  frozen_ms: number;
  gone: string[];
}

async function sumsOf(config: Config): Promise<Sums> {
  return readSums(
    new TrinoClient({ server: config.trinoUrl, user: 'analyst', source: 'backup-test', catalog: 'lake' }),
  );
}

async function runsOf(environment: Record<string, string> = {}): Promise<unknown[]> {
  return (await json<{ runs: unknown[] }>(['status'], environment)).body.runs;
}

async function succeed(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await currents(args, again);
  if (code !== 0) throw new Error(`expected ${args.join(' ')} to succeed, found exit ${code}: ${stderr}`);
  return stdout;
}

/** Kills a restore at its first sign of the store, which lives on in a process of its own. */
async function cutOffRestore(instant: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [path.join(repositoryRoot(), 'bin', 'currents.js'), 'restore', folder, '--at', instant],
    { env: { ...process.env, ...again }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  child.stderr.on('data', (told: Buffer) => void (/\bs3\b/.test(told.toString()) && child.kill('SIGKILL')));
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
}

afterAll(async () => {
  await currents(['down', '--volumes', '--yes'], again);
  for (const made of [folder, path.dirname(again.CURRENTS_HOME)])
    fs.rmSync(made, { recursive: true, force: true });
});

describe('backup and restore', () => {
  let first: Report;
  let expected: Sums;

  test('copies a running stack, and only what is new the second time', async () => {
    first = (await json<Report>(['backup', folder])).body;
    expected = await sumsOf(readConfig());
    expect(first.copied).toBe(first.objects);
    const second = (await json<Report>(['backup', folder, '--keep', '2'])).body;
    expect(second.copied).toBeLessThan(first.objects / 10);
    expect(second.objects).toBeGreaterThan(first.objects / 2);
    console.info(
      `writers stood still for ${first.frozen_ms} and ${second.frozen_ms} ms; ${first.objects} objects, ` +
        `of which ${second.copied} new`,
    );
  });

  test('starts no stack in a home whose restore was interrupted', async () => {
    await cutOffRestore(first.instant);
    const { code, stderr } = await currents(['up', '--only', 's3'], again);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^HOME_RESTORING/m)]);
  });

  test('restores there again with every table equal, and the runs of the first one known', async () => {
    const { code, stderr } = await currents(['restore', folder, '--at', first.instant], again);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/restored \d+ files and \d+ objects, as of .*\nNow: currents up/),
    ]);
    await succeed(['up', '--only', 'trino,temporal,kafka']);
    const restored = readConfig({ ...process.env, ...again });
    expect(await sumsOf(restored)).toEqual(expected);
    expect(await runsOf(again)).toEqual(await runsOf());
    expect(await runsOf()).not.toHaveLength(0);
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining(['nem.silver_dispatch_clean', 'nem_gold.fact_dispatch', 'nem_ops.dead_letters']),
    );
  });

  test('goes on after offsets the ledger has read when Kafka has lost its records', async () => {
    const kafka = kafkaClient({
      brokers: readConfig({ ...process.env, ...again }).kafkaBrokers,
      logLevel: logLevel.NOTHING,
    }).admin();
    await kafka.connect();
    const before = new Map(
      (await kafka.fetchTopicOffsets(LOST)).map(({ partition, high }) => [partition, Number(high)]),
    );
    await kafka.deleteTopics({ topics: [LOST] });
    const { body } = await json<{
      partitions: { topic: string; partition: number; high: number; ledger_end: number }[];
    }>(['realign'], again);
    expect(body.partitions.map(({ topic, high }) => [topic, high])).toEqual(
      body.partitions.map(() => [LOST, 0]),
    );
    const after = new Map(
      (await kafka.fetchTopicOffsets(LOST)).map(({ partition, high }) => [partition, Number(high)]),
    );
    await kafka.disconnect();
    expect(body.partitions.length).toBeGreaterThan(0);
    for (const { partition, ledger_end } of body.partitions)
      expect([after.get(partition), before.get(partition)]).toEqual([ledger_end, ledger_end]);
    expect((await json(['realign'], again)).body).toEqual({ partitions: [] });
  });

  test('does not restore over data', async () => {
    const { code, stderr } = await currents(['restore', folder], again);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^HOME_NOT_EMPTY/m)]);
  });
});
