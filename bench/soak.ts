import type { Client } from '@temporalio/client';
import { say } from '../cli/support/output';
import { TASK_QUEUES } from '../core/ids';
import { DAY_MS, isoSeconds } from '../core/interval';
import type { IngestRangeResult } from '../core/runs';
import { publishPlan } from '../pipelines/nem/demo/plan';
import { startLookalikeSite, type LookalikeSite } from '../pipelines/nem/demo/site';
import { FIVE_MINUTES_MS, NEM_OFFSET_MS } from '../pipelines/nem/time';
import { readStackStatus } from '../stack/control';
import { connectClient } from '../workers/connectClient';
import type { BenchStack } from './benchStack';
import { loadFleet } from './fleet';
import { detail, figure, median, type Detail, type Figure } from './report';
import { sampleMemory, type MemorySample } from './stackCost';

const RATIO_AIM = 1.1;
const FIRST_DAY_MS = Date.UTC(2026, 8, 1);
/** Intervals of one refine run: four hours, so that a week is many runs. */
const RUN_INTERVALS = 48;
const RUNS_A_DAY = DAY_MS / FIVE_MINUTES_MS / RUN_INTERVALS;
const GIB = 2 ** 30;
/** The first day fills caches and heaps up to their bounds. */
const WARM_DAYS = 1;

interface SoakDay {
  took_s: number;
  rows: number;
  samples: MemorySample[];
}

/**
 * Resident memory of the stack on the last day of a stretch of market taken in as fast as it goes, to the
 * second day's.
 */
export async function measureSoak(stack: BenchStack, days: number): Promise<Figure> {
  const site = await startLookalikeSite({ port: stack.config.ports.site });
  const { client, connection } = await connectClient(stack.config);
  try {
    await loadFleet(stack);
    const soaked: SoakDay[] = [];
    for (let day = 0; day < days; day += 1) {
      soaked.push(await soakDay(stack, client, site, day));
      say(
        `  day ${day + 1} of ${days}: ${soaked[day]!.rows} rows in ` +
          `${soaked[day]!.took_s.toFixed(0)} s, ` +
          `${(total_bytes(soaked[day]!) / GIB).toFixed(2)} GiB`,
      );
    }
    return soakFigure(soaked, await historiesOf(client), await restartsOf(stack));
  } finally {
    await connection.close();
    await site.close();
  }
}

async function soakDay(
  stack: BenchStack,
  client: Client,
  site: LookalikeSite,
  day: number,
): Promise<SoakDay> {
  const started_ms = Date.now();
  const samples: MemorySample[] = [];
  let rows = 0;
  for (let run = 0; run < RUNS_A_DAY; run += 1) {
    rows += await takeIn(client, site, FIRST_DAY_MS + day * DAY_MS + run * RUN_INTERVALS * FIVE_MINUTES_MS);
    samples.push(await sampleMemory(stack.config, `day ${day + 1}`));
  }
  return { took_s: (Date.now() - started_ms) / 1000, rows, samples };
}

/**
 * Publishes four hours, has them ingested interval by interval and refined in one run; answers the records
 * refined.
 */
async function takeIn(client: Client, site: LookalikeSite, fromNem_ms: number): Promise<number> {
  const plan = publishPlan({
    fromNem: new Date(fromNem_ms).toISOString().slice(0, 16).replace('T', ' '),
    intervals: RUN_INTERVALS,
    oddities: [],
  });
  for (const file of plan.files) site.publish(file);
  const [from, to] = [fromNem_ms, fromNem_ms + RUN_INTERVALS * FIVE_MINUTES_MS].map((instant_ms) =>
    isoSeconds(instant_ms - NEM_OFFSET_MS),
  );
  const result = (await client.workflow.execute('ingestRange', {
    workflowId: `run/nem/${from}/${to}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: 'nem', from, to }],
  })) as IngestRangeResult;
  return result.refine.records;
}

function soakFigure(days: readonly SoakDay[], histories: Detail[], restarts: number): Figure {
  const [base, last] = [days[Math.min(WARM_DAYS, days.length - 1)]!, days.at(-1)!];
  return figure(
    'i',
    {
      name: `memory after ${days.length} days at speed, to day ${WARM_DAYS + 1}`,
      value: total_bytes(last) / total_bytes(base),
      unit: 'x',
    },
    { at_most: RATIO_AIM },
    [
      ...days.flatMap((day, index) => [
        detail(`day ${index + 1}: whole stack`, total_bytes(day) / GIB, 'GiB'),
        detail(`day ${index + 1}: taken in within`, day.took_s, 's'),
      ]),
      ...services(base).map((name) =>
        detail(
          `${name}, last day to day ${WARM_DAYS + 1}`,
          service_bytes(last, name) / service_bytes(base, name),
          'x',
        ),
      ),
      ...services(base).map((name) => detail(`${name}, last day`, service_bytes(last, name) / GIB, 'GiB')),
      detail(
        'records refined',
        days.reduce((sum, { rows }) => sum + rows, 0),
        '',
      ),
      detail('refine runs', days.length * RUNS_A_DAY, ''),
      detail('restarts of services', restarts, ''),
      ...histories,
    ],
    [
      `medians of ${RUNS_A_DAY} looks a day, one after each run of ${RUN_INTERVALS} ` +
        'intervals; every interval its own ingest workflow',
    ],
  );
}

function services({ samples }: SoakDay): string[] {
  return samples[0]!.services.map(({ name }) => name);
}

function service_bytes({ samples }: SoakDay, name: string): number {
  return median(
    samples.map(({ services: all }) => all.find((service) => service.name === name)?.rss_bytes ?? 0),
  );
}

function total_bytes({ samples }: SoakDay): number {
  return median(samples.map(({ services: all }) => all.reduce((sum, { rss_bytes }) => sum + rss_bytes, 0)));
}

/** Events in the histories of the workflows that live on between runs. */
async function historiesOf(client: Client): Promise<Detail[]> {
  const lengths = await Promise.all(
    ['lane/nem', 'slots'].map(
      async (id) => [id, (await client.workflow.getHandle(id).describe()).historyLength] as const,
    ),
  );
  return lengths.map(([id, events]) => detail(`events in the history of ${id}`, events, ''));
}

async function restartsOf({ config }: BenchStack): Promise<number> {
  const { services: all } = await readStackStatus(config);
  return all.reduce((sum, { restarts }) => sum + restarts, 0);
}
