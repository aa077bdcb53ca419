import type { Client } from '@temporalio/client';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { archiveFiles } from '../../pipelines/nem/demo/archive';
import { regionMetadataCsv, unitMetadataCsv } from '../../pipelines/nem/demo/metadataCsv';
import { publishPlan } from '../../pipelines/nem/demo/plan';
import { startLookalikeSite, type LookalikeSite } from '../../pipelines/nem/demo/site';
import { readConfig } from '../../settings/config';
import { portsFrom } from '../../settings/ports';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { proveBucket } from '../../stack/probes/s3';
import { TrinoClient } from '../../trino/client';
import { connectClient } from '../../workers/connectClient';
import { currents, json } from '../integration/support/command';
import { publish } from '../integration/support/market';
import { startStoreElsewhere, type StoreElsewhere } from './support/storeElsewhere';
import { BAD_RECORDS_A_BATCH, publishEvents, toyEvents } from '../toyEvents';

/** Runs of each pipeline; `make tenants` asks for the 30 that the proof wants. */
const RUNS = Number(process.env.TENANT_RUNS || 2);
const EVENTS_A_RUN = 200;
const INTERVAL_MS = 300_000;
const FIRST_INTERVAL_MS = Date.UTC(2026, 10, 20, 12, 0);
const ARCHIVED = { fromNem: '2026-10-05 10:00', intervals: 4, oddities: [] };
jest.setTimeout(120_000 + RUNS * 120_000);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-tenants-'));
const portBase = Number(process.env.CURRENTS_PORT_BASE) + 700;
/** A stack of its own, since the other tests' commands count on one enabled pipeline. */
const both: Record<string, string> = {
  CURRENTS_HOME: path.join(folder, 'home'),
  CURRENTS_PORT_BASE: String(portBase),
  CURRENTS_PIPELINE_FOLDERS: path.join(repositoryRoot(), 'test', 'pipelines'),
  API_URL: `http://127.0.0.1:${portsFrom(portBase).site}`,
};
const config = readConfig({ ...process.env, ...both });
const trino = new TrinoClient({
  server: config.trinoUrl,
  user: 'analyst',
  source: 'tenants',
  catalog: 'lake',
});

interface Outcome {
  status: string;
  message?: string;
}

async function numbers(sql: string): Promise<number[]> {
  return (await trino.runQuery(sql)).rows[0]!.map(Number);
}

async function merged(args: string[]): Promise<void> {
  const { body } = await json<Outcome>(args, both);
  if (body.status !== 'merged')
    throw new Error(`${args.join(' ')}: expected merged, found ${JSON.stringify(body)}`);
}

async function succeed(args: string[]): Promise<void> {
  const { code, stderr } = await currents(args, both);
  if (code !== 0) throw new Error(`${args.join(' ')}: expected exit 0, found ${code}: ${stderr}`);
}

/** Starts and ends of the refine runs of a pipeline, and how often each was opened. */
async function runsOf(
  client: Client,
  pipeline: string,
): Promise<{ start: Date; end: Date; opened: number; status: string }[]> {
  const found = [];
  for await (const run of client.workflow.list({ query: `WorkflowType = 'refineBatch'` })) {
    if (!run.workflowId.startsWith(`refine/${pipeline}/`)) continue;
    const { events } = await client.workflow.getHandle(run.workflowId).fetchHistory();
    const opened = (events ?? []).filter(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'openRun',
    ).length;
    found.push({ start: run.startTime, end: run.closeTime!, opened, status: run.status.name });
  }
  return found;
}

/** The tests of this file build on one another. */
describe('two pipelines on one lake, in a store elsewhere with temporary keys', () => {
  const kafka = new KafkaJsPort(config.kafkaBrokers);
  let site: LookalikeSite;
  let store: StoreElsewhere;

  beforeAll(async () => {
    site = await startLookalikeSite({ port: config.ports.site });
    store = await startStoreElsewhere(path.join(folder, 'store'), portBase + 100);
    Object.assign(both, store.settings);
    await succeed(['up', '--without', 's3']);
    const archived = publishPlan(ARCHIVED);
    for (const file of archiveFiles(archived)) site.publish(file);
    const [units, regions] = [path.join(folder, 'units.csv'), path.join(folder, 'regions.csv')];
    fs.writeFileSync(units, unitMetadataCsv(archived.units));
    fs.writeFileSync(regions, regionMetadataCsv());
    await succeed(['metadata', 'load', '--pipeline', 'nem', '--unit-csv', units, '--region-csv', regions]);
  });

  afterAll(async () => {
    await kafka.close();
    await currents(['down', '--volumes', '--yes'], both);
    await store.stop();
    await site.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function runMarket(): Promise<void> {
    for (let run = 0; run < RUNS; run += 1) {
      const fromNem = new Date(FIRST_INTERVAL_MS + run * INTERVAL_MS)
        .toISOString()
        .slice(0, 16)
        .replace('T', ' ');
      await merged(['run', 'nem', ...publish(site, { fromNem, intervals: 1, oddities: [] }).range]);
    }
  }

  async function runToy(): Promise<void> {
    for (let run = 0; run < RUNS; run += 1) {
      await publishEvents(kafka, toyEvents(run, EVENTS_A_RUN));
      await merged(['run', 'toy']);
    }
  }

  async function careMeanwhile(): Promise<void> {
    await succeed([
      'backfill',
      '--pipeline',
      'nem',
      '--from',
      '2026-10-05T10:00:00+10:00',
      '--to',
      '2026-10-05T10:20:00+10:00',
      '--yes',
    ]);
    await succeed(['maintain', '--pipeline', 'toy']);
    await succeed(['maintain', '--pipeline', 'nem']);
  }

  it('write and read every store by the keys and their token', async () => {
    const { body } = await json<{ checks: { name: string; verdict: string }[] }>(['doctor'], both);
    const verdicts = Object.fromEntries(body.checks.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({ Buckets: 'ok', 'Kafka topics': 'ok', 'Trino catalogs': 'ok' });
    const wrong = readConfig({ ...process.env, ...both, AWS_SESSION_TOKEN: 'not the one' });
    await expect(proveBucket(wrong.s3, wrong.LAKE_BUCKET)).rejects.toThrow(/access key/);
  });

  it('merge side by side, with a backfill and upkeep in between', async () => {
    await Promise.all([runMarket(), runToy(), careMeanwhile()]);
  });

  it('never replay or fail a run, and their runs overlap', async () => {
    const { client, connection } = await connectClient(config);
    try {
      const [nem, toy] = [await runsOf(client, 'nem'), await runsOf(client, 'toy')];
      for (const run of [...nem, ...toy]) expect(run).toMatchObject({ status: 'COMPLETED', opened: 1 });
      expect([nem.length, toy.length].map((count) => count >= RUNS)).toEqual([true, true]);
      const overlapping = toy.filter((one) =>
        nem.some((other) => other.start < one.end && one.start < other.end),
      );
      expect(overlapping.length).toBeGreaterThan(0);
    } finally {
      await connection.close();
    }
  });

  it('have every row once', async () => {
    const events = RUNS * EVENTS_A_RUN;
    expect(
      await numbers(
        `select (select count(*) from toy.bronze_events), (select count(*) from toy.silver_events),
                (select count(distinct sequence) from toy.silver_events), (select sum(sequence) from toy.silver_events),
                (select count(*) from toy_ops.dead_letters)`,
      ),
    ).toEqual([events, events, events, (events * (events - 1)) / 2, RUNS * BAD_RECORDS_A_BATCH]);
    expect(
      await numbers(
        `select count(distinct trading_interval), count(*) - count(distinct (trading_interval, unit_id)),
                (select count(*) from nem_gold.fact_dispatch) - count(*) from nem.silver_dispatch_clean`,
      ),
    ).toEqual([RUNS + ARCHIVED.intervals, 0, 0]);
  });
});
