import type { Client } from '@temporalio/client';
import { runOwn } from '../cli/support/ownCommand';
import type { Config } from '../settings/config';
import { ingestWorkflowId, TASK_QUEUES } from '../core/ids';
import { isoSeconds } from '../core/interval';
import type { IngestCounts, IngestIntervalInput } from '../core/runs';
import { publishPlan, type Plan } from '../pipelines/nem/demo/plan';
import type { PlannedFile } from '../pipelines/nem/demo/plannedFile';
import { HALF_HOUR_MS } from '../pipelines/nem/demo/rooftopFile';
import { startLookalikeSite, type LookalikeSite } from '../pipelines/nem/demo/site';
import { FIVE_MINUTES_MS, NEM_OFFSET_MS } from '../pipelines/nem/time';
import { NessieClient } from '../nessie/client';
import { TrinoClient } from '../trino/client';
import { connectClient } from '../workers/connectClient';
import type { BenchStack } from './benchStack';
import { loadFleet } from './fleet';

/** Midday of a summer day, so that every fuel has something to say. */
const FROM_NEM = '2026-11-20 11:00';

/** A stack with metadata, whose source publishes one interval on request. */
export interface LiveMarket {
  config: Config;
  client: Client;
  trino: TrinoClient;
  nessie: NessieClient;
  /** Puts every file of the n-th interval on the site at once. */
  publish(index: number): void;
  startedIngest(
    index: number,
    options?: Pick<IngestIntervalInput, 'refine'>,
  ): Promise<{ result(): Promise<IngestCounts> }>;
  /** End of the n-th interval as `trading_interval` has it: NEM time, `YYYY-MM-DD HH:MM:SS`. */
  intervalEndNem(index: number): string;
}

/**
 * Calls `work` with a live market of `intervals` intervals after loading the fleet and bringing interval 0
 * into the lake by `currents run`, which makes topics and tables.
 */
export async function withLiveMarket<T>(
  stack: BenchStack,
  intervals: number,
  work: (market: LiveMarket) => Promise<T>,
): Promise<T> {
  const plan = publishPlan({ fromNem: FROM_NEM, intervals, oddities: [] });
  const site = await startLookalikeSite({ port: stack.config.ports.site });
  const { client, connection } = await connectClient(stack.config);
  try {
    const market = marketOf(stack.config, client, site, plan);
    await loadFleet(stack);
    market.publish(0);
    await runOwn(stack.own, ['run', 'nem', '--from', startOf(plan, 0), '--to', startOf(plan, 1), '--json']);
    return await work(market);
  } finally {
    await connection.close();
    await site.close();
  }
}

function marketOf(config: Config, client: Client, site: LookalikeSite, plan: Plan): LiveMarket {
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'bench',
    source: 'currents-bench',
    catalog: 'lake',
  });
  return {
    config,
    client,
    trino,
    nessie: new NessieClient(config.nessieUrl),
    publish: (index) =>
      plan.files.filter((file) => intervalOf(plan, file) === index).forEach((file) => site.publish(file)),
    startedIngest: (index, options) => startIngest(client, startOf(plan, index), options),
    intervalEndNem: (index) =>
      new Date(plan.from_nem_ms + (index + 1) * FIVE_MINUTES_MS).toISOString().slice(0, 19).replace('T', ' '),
  };
}

/** The schedule's own workflow id, type and queue. */
async function startIngest(
  client: Client,
  intervalStart: string,
  options: Pick<IngestIntervalInput, 'refine'> = {},
): Promise<{ result(): Promise<IngestCounts> }> {
  const input: IngestIntervalInput = { pipeline: 'nem', intervalStart, ...options };
  return client.workflow.start('ingestInterval', {
    workflowId: ingestWorkflowId('nem', intervalStart),
    taskQueue: TASK_QUEUES.control,
    args: [input],
  });
}

/**
 * The interval whose run takes the file: rooftop files are named half an hour after the interval they are
 * about.
 */
function intervalOf(plan: Plan, { report, interval_end_nem_ms }: PlannedFile): number {
  const named_ms = interval_end_nem_ms + (report.startsWith('ROOFTOP') ? HALF_HOUR_MS : 0);
  return (named_ms - plan.from_nem_ms) / FIVE_MINUTES_MS - 1;
}

function startOf(plan: Plan, index: number): string {
  return isoSeconds(plan.from_nem_ms + index * FIVE_MINUTES_MS - NEM_OFFSET_MS);
}
