import type { Client } from '@temporalio/client';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { runOwn } from '../cli/support/ownCommand';
import { DAY_MS } from '../core/interval';
import { say } from '../cli/support/output';
import { repositoryRoot } from '../settings/repositoryRoot';
import { archiveFiles } from '../pipelines/nem/demo/archive';
import { publishPlan } from '../pipelines/nem/demo/plan';
import { fileNameOf, type SiteFile } from '../pipelines/nem/demo/siteFile';
import { startLookalikeSite, type LookalikeSite } from '../pipelines/nem/demo/site';
import { installation } from '../stack/layout';
import { sparkEnvironment } from '../stack/services/spark';
import { connectClient } from '../workers/connectClient';
import { TrinoClient } from '../trino/client';
import type { BackfillState } from '../workflows/backfillState';
import type { BenchStack } from './benchStack';
import { loadFleet } from './fleet';
import { FRAME_TOOLS, runFrames } from './frames';
import { stepsOfKind } from './orchestration';
import { PeakMemory } from './peakMemory';
import { detail, figure, type Detail, type Figure } from './report';
import { StatementCount } from './statements';
import { shareOfSteps } from './steps';

const RATIO_AIM = 4;
const FIRST_DAY = '2026-10-01';

/**
 * A stretch of 5-minute telemetry from packed days to main, with gates and gold, against bare Spark that
 * unpacks the same files and writes one table; and the same backfill again, which must find nothing to do.
 */
export async function measureBackfill(stack: BenchStack, days: number): Promise<Figure> {
  const site = await startLookalikeSite({ port: stack.config.ports.site });
  try {
    const folder = path.join(stack.config.home, 'archives');
    publishDays(site, folder, days);
    await loadFleet(stack);
    const statements = new StatementCount(stack.config.trinoUrl);
    const memory = new PeakMemory(stack.config);
    statements.start();
    memory.start();
    const first = await timedBackfill(stack, days).finally(() => {
      memory.stop();
      return statements.stop();
    });
    const again = await timedBackfill(stack, days);
    const bare = await bareSpark(stack, folder);
    const frames = await framesDetails(folder, stack.config.home);
    const rows = await rowsOnMain(stack);
    const { steps, runIds } = await withClient(stack, (client) => stepsOfKind(client, 'backfill'));
    return figure(
      'f',
      { name: `backfill of ${days} days to bare Spark`, value: first.wall_s / bare.seconds, unit: 'x' },
      { at_most: RATIO_AIM },
      [
        detail('backfill, typed to done', first.wall_s, 's'),
        detail('of it in refine runs', first.state.refine_ms / 1000, 's'),
        detail('rows in silver', rows, 'rows'),
        detail('rows per second, end to end', rows / first.wall_s, 'rows/s'),
        detail('bare Spark, one table', bare.seconds, 's'),
        detail('bare Spark rows', bare.rows, 'rows'),
        detail('the same backfill again', again.wall_s, 's'),
        ...frames,
        ...steps,
        ...shareOfSteps(steps),
        ...statements.perRun(runIds),
        ...memory.details(),
      ],
      [
        `again: ${again.state.status}`,
        'Currents: land, parse, check, bronze, silver, gates, gold, gates, merge; bare: ' +
          'unpack, parse, write; both on all cores',
      ],
    );
  } finally {
    await site.close();
  }
}

/** Day by day, since a month of planned rows would exceed the memory. */
function publishDays(site: LookalikeSite, folder: string, days: number): void {
  fs.mkdirSync(folder, { recursive: true });
  for (let index = 0; index < days; index += 1) {
    const day = new Date(Date.parse(FIRST_DAY) + index * DAY_MS).toISOString().slice(0, 10);
    const packed = archiveFiles(
      publishPlan({ fromNem: `${day} 00:00`, intervals: 288, oddities: [] }),
    ).filter(({ path: at }) => at.includes('DISPATCHSCADA'));
    for (const file of packed) keep(site, folder, file);
    say(`  published ${day}`);
  }
}

function keep(site: LookalikeSite, folder: string, file: SiteFile): void {
  site.publish(file);
  fs.writeFileSync(path.join(folder, fileNameOf(file)), file.bytes);
}

async function timedBackfill(
  { own }: BenchStack,
  days: number,
): Promise<{ wall_s: number; state: BackfillState }> {
  const to = new Date(Date.parse(FIRST_DAY) + days * DAY_MS).toISOString().slice(0, 10);
  const started_ms = Date.now();
  const text = await runOwn(own, [
    'backfill',
    '--from',
    `${FIRST_DAY}T00:00:00+10:00`,
    '--to',
    `${to}T00:00:00+10:00`,
    '--yes',
    '--json',
  ]);
  return { wall_s: (Date.now() - started_ms) / 1000, state: JSON.parse(text) as BackfillState };
}

/** A library on one machine parses and writes; what it does not do is what the notes say. */
async function framesDetails(archives: string, folder: string): Promise<Detail[]> {
  const details: Detail[] = [];
  for (const tool of FRAME_TOOLS) {
    const { rows, seconds } = await runFrames(tool, archives, folder);
    details.push(detail(`${tool}, parse and write of ${rows} rows`, seconds, 's'));
  }
  return details;
}

async function withClient<T>({ config }: BenchStack, use: (client: Client) => Promise<T>): Promise<T> {
  const { client, connection } = await connectClient(config);
  return use(client).finally(() => connection.close());
}

async function rowsOnMain({ config }: BenchStack): Promise<number> {
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'bench',
    source: 'currents-bench',
    catalog: 'lake',
  });
  return Number((await trino.runQuery('select count(*) from nem.silver_dispatch_clean')).rows[0]![0]);
}

async function bareSpark(
  { config }: BenchStack,
  archives: string,
): Promise<{ rows: number; seconds: number }> {
  const python = path.join(repositoryRoot(), '.stack/venv/bin/python');
  const script = path.join(repositoryRoot(), 'bench/bareBackfill.py');
  const env = { ...process.env, ...sparkEnvironment({ config, installed: installation() }) };
  const { stdout } = await promisify(execFile)(
    python,
    [script, '--archives', archives, '--warehouse', path.join(config.home, 'bare')],
    { env, maxBuffer: 64 << 20 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as { rows: number; seconds: number };
}
