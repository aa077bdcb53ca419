import type { Client } from '@temporalio/client';
import { runOwn } from '../../cli/support/ownCommand';
import { say } from '../../cli/support/output';
import { connectClient } from '../../workers/connectClient';
import type { BenchStack } from '../benchStack';
import { PeakMemory } from '../peakMemory';
import type { Figure } from '../report';
import { sampleMemory } from '../stackCost';
import { highestRate, lagVerdict } from './bounded';
import { delayFigure, holds, lineOf, rateFigure, type Loaded } from './figures';
import { LagWatch } from './lagWatch';
import { send, type Load } from './load';
import { runsSince } from './runsSince';

const DELAY_RATE = 1_000;
const WARM_UP: Load = { rate: 500, seconds: 10 };
const DRAIN_WITHIN_MS = 1_200_000;

/**
 * Sends telemetry to a stack of its own, whose schedule refines what waits, with gates and gold: the delay
 * from send to SQL at 1,000 records a second, and the highest rate at which lag stays bounded.
 */
export async function measureTelemetry(
  stack: BenchStack,
  load: Load,
  keep: (figures: Figure[]) => void,
): Promise<void> {
  const { client, connection } = await connectClient(stack.config);
  const memory = new PeakMemory(stack.config);
  try {
    await send(stack, WARM_UP);
    await runOwn(stack.own, ['run', 'iot', '--json']);
    await runOwn(stack.own, ['schedules', 'apply']);
    memory.start();
    const slow = await loaded(stack, client, { rate: DELAY_RATE, seconds: load.seconds });
    keep([delayFigure(slow)]);
    const tried: Loaded[] = [];
    const best = await highestRate(load.rate, async (rate) => {
      tried.push(await loaded(stack, client, { rate, seconds: load.seconds }));
      return holds(tried.at(-1)!);
    });
    memory.stop();
    keep([delayFigure(slow), rateFigure(best, tried, [slow, ...tried], memory.details())]);
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
