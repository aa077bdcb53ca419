import { setTimeout as sleep } from 'node:timers/promises';
import { readLane } from '../cli/support/readLane';
import { say } from '../cli/support/output';
import { MAIN_BRANCH, refineWorkflowId } from '../core/ids';
import type { RefineResult } from '../core/runs';
import type { LiveMarket } from './liveMarket';
import { detail, figure, median, type Figure } from './report';
import type { StatementCount } from './statements';
import { medianSteps, shareOfSteps } from './steps';
import { driverAtRest } from './warmDriver';

const MEDIAN_AIM_S = 12;
const LOOK_EVERY_MS = 250;
/** Main's head is a number in the catalog: a look at it takes nothing from the run, unlike a query. */
const LOOK_AT_HEAD_EVERY_MS = 50;
/** Intervals come five minutes apart, and the next dbt has loaded itself long before: 10 s after a build. */
const REST_BETWEEN_MS = 20_000;
const VISIBLE_WITHIN_MS = 300_000;
const AT_REST_WITHIN_MS = 300_000;
/** Steps after which the rows are on main; telling about it and tidying up come later. */
const AFTER_THE_MERGE = new Set(['announce']);

/** One interval on its way from the site to main, and the refine run that took it there. */
export interface IntervalTiming {
  latency_ms: number;
  ingest_ms: number;
  run: RefineResult;
  /** From the refine workflow's start to its end. */
  wall_ms: number;
}

/** Publishes the intervals one after the other, each when the stack has come to rest, and times each. */
export async function measureIntervals(
  market: LiveMarket,
  indexes: readonly number[],
  statements?: StatementCount,
): Promise<IntervalTiming[]> {
  const timings: IntervalTiming[] = [];
  for (const index of indexes) {
    const known = await runIdsAtRest(market);
    if (timings.length > 0) await sleep(REST_BETWEEN_MS);
    await driverAtRest(market.config);
    const { latency_ms, ingest_ms } = await timeInterval(market, index);
    const timing = { latency_ms, ingest_ms, ...(await mergedRun(market, known)) };
    say(
      `  interval ${market.intervalEndNem(index)}: visible after ${(latency_ms / 1000).toFixed(1)} s, ` +
        `ingest ${(ingest_ms / 1000).toFixed(1)} s, refine ${(timing.wall_ms / 1000).toFixed(1)} s`,
    );
    timings.push(timing);
    await statements?.look();
  }
  return timings;
}

/**
 * Median latency of the intervals; the breakdown holds the worst, every interval and the median of each step.
 */
export function latencyFigure(timings: readonly IntervalTiming[], statements: StatementCount): Figure {
  const steps = medianSteps(timings.map(({ run }) => run));
  const latencies = timings.map(({ latency_ms }) => latency_ms / 1000);
  const elsewhere = timings.map(
    ({ latency_ms, ingest_ms, run }) => latency_ms - ingest_ms - untilMerged_ms(run),
  );
  return figure(
    'a',
    { name: 'latency, median', value: median(latencies), unit: 's' },
    { at_most: MEDIAN_AIM_S },
    [
      detail('worst', Math.max(...latencies), 's'),
      detail(
        'step ingest (publish to Kafka, until the run is asked for)',
        median(timings.map(({ ingest_ms }) => ingest_ms)) / 1000,
        's',
      ),
      ...steps,
      detail('elsewhere (lane, slot, workflow start, the look itself)', median(elsewhere) / 1000, 's'),
      ...shareOfSteps(steps),
      ...statements.perRun(timings.map(({ run }) => run.runId)),
      ...latencies.map((latency_s, index) => detail(`interval ${index + 1}`, latency_s, 's')),
    ],
    [
      `median of ${timings.length} intervals on a warm stack, one at a time: ` +
        'from the files on the site to count(*) > 0 in nem_gold.fact_dispatch on lake',
      'ingest starts as the files appear; under the schedule the source is asked every 10 s, which adds up to 10 s',
      "a query looks for the rows as soon as main's head in the catalog is another, " +
        `which is looked for every ${LOOK_AT_HEAD_EVERY_MS} ms`,
      `the stack rests for ${REST_BETWEEN_MS / 1000} s between two intervals, ` +
        'which are five minutes apart in the market: the next dbt loads itself in that time',
    ],
  );
}

async function timeInterval(
  market: LiveMarket,
  index: number,
): Promise<{ latency_ms: number; ingest_ms: number }> {
  const published_ms = Date.now();
  market.publish(index);
  const stop = new AbortController();
  try {
    const ingest = await market.startedIngest(index);
    const [ingest_ms, latency_ms] = await Promise.all([
      ingest.result().then(() => Date.now() - published_ms),
      visible(market, market.intervalEndNem(index), stop.signal).then(() => Date.now() - published_ms),
    ]);
    return { latency_ms, ingest_ms };
  } finally {
    stop.abort();
  }
}

async function visible(market: LiveMarket, intervalEndNem: string, signal: AbortSignal): Promise<void> {
  const deadline_ms = Date.now() + VISIBLE_WITHIN_MS;
  const sql = `select count(*) from nem_gold.fact_dispatch where trading_interval = timestamp '${intervalEndNem}'`;
  const headOfMain = async (): Promise<string> => (await market.nessie.getReference(MAIN_BRANCH)).hash;
  for (let looked = await headOfMain(); ;) {
    signal.throwIfAborted();
    const head = await headOfMain();
    if (head !== looked && Number((await market.trino.runQuery(sql, { signal })).rows[0]![0]) > 0) return;
    looked = head;
    if (Date.now() > deadline_ms)
      throw new Error(
        `interval ${intervalEndNem}: expected rows within ${VISIBLE_WITHIN_MS / 1000} s, found none; ` +
          `lane: ${JSON.stringify(await lane(market))}`,
      );
    await sleep(LOOK_AT_HEAD_EVERY_MS);
  }
}

/**
 * Ids of the runs the lane has ended, read when none runs or waits. A lane too busy to answer is asked again.
 */
async function runIdsAtRest(market: LiveMarket): Promise<Set<string>> {
  const deadline_ms = Date.now() + AT_REST_WITHIN_MS;
  for (;;) {
    const state = await lane(market);
    if (state?.held)
      throw new Error(
        `lane nem: expected it free, found it held by ${state.held.runId}: ${state.held.message}`,
      );
    if (state && !state.running && state.queued.length === 0)
      return new Set(state.recent.map(({ runId }) => runId));
    if (Date.now() > deadline_ms)
      throw new Error(
        `lane nem: expected it at rest within ${AT_REST_WITHIN_MS / 1000} s, found ${JSON.stringify(state)}`,
      );
    await sleep(LOOK_EVERY_MS);
  }
}

async function mergedRun(
  market: LiveMarket,
  known: Set<string>,
): Promise<{ run: RefineResult; wall_ms: number }> {
  const [runId, ...others] = [...(await runIdsAtRest(market))].filter((id) => !known.has(id));
  if (runId === undefined || others.length > 0)
    throw new Error(`expected one refine run for an interval, found ${[runId, ...others].join(', ')}`);
  const handle = market.client.workflow.getHandle(refineWorkflowId('nem', runId));
  const run = (await handle.result()) as RefineResult;
  const { startTime, closeTime } = await handle.describe();
  return { run, wall_ms: closeTime!.getTime() - startTime.getTime() };
}

function untilMerged_ms({ durations_ms }: RefineResult): number {
  return Object.entries(durations_ms).reduce(
    (sum, [step, ms]) => sum + (AFTER_THE_MERGE.has(step) ? 0 : ms),
    0,
  );
}

function lane({ client }: LiveMarket): ReturnType<typeof readLane> {
  return readLane(client, 'nem', MAIN_BRANCH);
}
