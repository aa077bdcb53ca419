import type { Client } from '@temporalio/client';
import { runOwn } from '../../cli/support/ownCommand';
import { say } from '../../cli/support/output';
import type { RefineResult } from '../../core/runs';
import { connectClient } from '../../workers/connectClient';
import type { BenchStack } from '../benchStack';
import { PeakMemory } from '../peakMemory';
import { detail, figure, median, type Detail, type Figure } from '../report';
import { sampleMemory } from '../stackCost';
import { medianRun_s, medianSteps, shareOfSteps } from '../steps';
import { highestRate, lagVerdict, type LagVerdict } from './bounded';
import { LagWatch } from './lagWatch';
import { send, type Load } from './load';
import { runsSince } from './runsSince';

const RATE_AIM = 20_000;
const DELAY_AIM_S = 60;
const DELAY_RATE = 1_000;
const WARM_UP: Load = { rate: 500, seconds: 10 };
const DRAIN_WITHIN_MS = 1_200_000;
/** Slower producers measure themselves, not the lake. */
const SENT_SHARE_MIN = 0.95;
const GIB = 2 ** 30;

/** What became of one load. */
interface Loaded extends Load {
  sent: number;
  took_ms: number;
  verdict: LagVerdict;
  drain_ms: number;
  delays: { records: number; median_ms: number; p95_ms: number };
  runs: RefineResult[];
  memory_bytes: number;
}

/**
 * Sends telemetry to a stack of its own, whose schedule refines what waits, with gates and gold: the delay
 * from send to SQL at 1,000 records a second, and the highest rate at which lag stays bounded.
 */
export async function measureTelemetry(stack: BenchStack, load: Load): Promise<Figure[]> {
  const { client, connection } = await connectClient(stack.config);
  const memory = new PeakMemory(stack.config);
  try {
    await send(stack, WARM_UP);
    await runOwn(stack.own, ['run', 'iot', '--json']);
    await runOwn(stack.own, ['schedules', 'apply']);
    memory.start();
    const slow = await loaded(stack, client, { rate: DELAY_RATE, seconds: load.seconds });
    const tried: Loaded[] = [];
    const best = await highestRate(load.rate, async (rate) => {
      tried.push(await loaded(stack, client, { rate, seconds: load.seconds }));
      return holds(tried.at(-1)!);
    });
    memory.stop();
    return [delayFigure(slow), rateFigure(best, tried, [slow, ...tried], memory.details())];
  } finally {
    memory.stop();
    await connection.close();
  }
}

async function loaded(stack: BenchStack, client: Client, load: Load): Promise<Loaded> {
  const watch = new LagWatch(stack.config);
  const started_ms = Date.now();
  watch.start();
  try {
    const { sent, took_ms } = await send(stack, load);
    const verdict = lagVerdict(watch.samples);
    const drain_ms = await watch.untilDrained(DRAIN_WITHIN_MS);
    const outcome = { ...load, sent, took_ms, verdict, drain_ms, delays: await watch.delays_ms() };
    const { services } = await sampleMemory(stack.config, String(load.rate));
    const memory_bytes = services.reduce((sum, { rss_bytes }) => sum + rss_bytes, 0);
    const done = { ...outcome, memory_bytes, runs: await runsSince(client, started_ms) };
    say(`  ${lineOf(done)}`);
    return done;
  } finally {
    await watch.end();
  }
}

/** Producers that are slower than the rate send all of it later. */
function holds({ rate, sent, took_ms, verdict }: Loaded): boolean {
  return verdict.isBounded && (1000 * sent) / took_ms >= SENT_SHARE_MIN * rate;
}

function lineOf(load: Loaded): string {
  const { rate, sent, verdict, drain_ms, delays, runs } = load;
  return (
    `${rate} records/s: ${holds(load) ? 'bounded' : 'NOT bounded'}, ${sent} sent, lag ${verdict.middle} then ` +
    `${verdict.last}, drained in ${(drain_ms / 1000).toFixed(0)} s, ${runs.length} runs of ` +
    `${batch(runs)}, send to SQL ${(delays.median_ms / 1000).toFixed(1)} s`
  );
}

function batch(runs: readonly RefineResult[]): number {
  return runs.length === 0 ? 0 : median(runs.map(({ records }) => records));
}

function delayFigure(load: Loaded): Figure {
  const { delays } = load;
  return figure(
    'k',
    { name: `telemetry, send to SQL at ${DELAY_RATE}/s, median`, value: delays.median_ms / 1000, unit: 's' },
    { at_most: DELAY_AIM_S },
    [
      detail('95 % of records', delays.p95_ms / 1000, 's'),
      detail('records on main', delays.records, ''),
      ...detailsOf(load),
    ],
    [
      `${load.seconds} s of load; from Kafka's time of a record to the first look at which main's ledger has it`,
      'main is looked at once a second; runs by the schedule refine-iot, gates and gold on',
    ],
  );
}

function rateFigure(best: number, tried: readonly Loaded[], all: readonly Loaded[], peaks: Detail[]): Figure {
  const shown = tried.find(({ rate }) => rate === best) ?? tried[0]!;
  return figure(
    'k',
    { name: 'telemetry, highest rate with bounded lag', value: best, unit: 'rows/s' },
    { at_least: RATE_AIM },
    [
      ...tried.flatMap((load) => [
        detail(`${load.rate}/s: acknowledged`, (1000 * load.sent) / load.took_ms, 'rows/s'),
        detail(`${load.rate}/s: highest lag, second third`, load.verdict.middle, ''),
        detail(`${load.rate}/s: highest lag, last third`, load.verdict.last, ''),
        detail(`${load.rate}/s: median batch`, batch(load.runs), ''),
        detail(`${load.rate}/s: send to SQL, median`, load.delays.median_ms / 1000, 's'),
      ]),
      ...detailsOf(shown),
      ...all.map((load) => detail(`memory after ${load.rate}/s`, load.memory_bytes / GIB, 'GiB')),
      ...peaks,
    ],
    [
      `${shown.seconds} s at each rate, then all is drained; bounded: the highest lag of the last third is at ` +
        'most 1.2 times that of the second, and the producers kept the rate',
      'producers, Kafka, Spark, Trino and all else on the same cores; gates and gold on',
      `steps are those of ${shown.rate}/s`,
    ],
  );
}

function detailsOf({ runs, drain_ms }: Loaded): Detail[] {
  if (runs.length === 0) return [detail('runs', 0, '')];
  const steps = medianSteps(runs);
  return [
    detail('runs', runs.length, ''),
    detail('batch, median', batch(runs), ''),
    detail('batch, largest', Math.max(...runs.map(({ records }) => records)), ''),
    detail('run, median', medianRun_s(runs), 's'),
    detail('drained after the load within', drain_ms / 1000, 's'),
    ...steps,
    ...shareOfSteps(steps),
  ];
}
