import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { followProxies } from '../clients/http/followProxies';
import { failureOf, say } from '../cli/support/output';
import { repositoryRoot } from '../settings/repositoryRoot';
import { measureBackfill } from './backfill';
import { withBenchStack, type BenchStack } from './benchStack';
import { measureGrowth } from './growth';
import { measureKafka } from './kafka';
import { latencyFigure, measureIntervals } from './latency';
import { withLiveMarket } from './liveMarket';
import { measureParser } from './parserSpeed';
import { measureBareJobs, refineFigure } from './refine';
import { orchestrationFigure } from './orchestration';
import { measureQuery } from './query';
import { PARTS, printable, writeResults, type Figure, type Part } from './report';
import { measureSoak } from './soak';
import { measureStaging } from './stagingSpeed';
import { StatementCount } from './statements';
import { measureTelemetry } from './telemetry/telemetry';
import { measureUpkeep } from './upkeep';
import { memoryFigure, sampleMemory, startUpFigure } from './stackCost';

/** Interval 0 makes the tables, 1 warms up, then the others count; one more is for the bare Spark jobs. */
const FIRST_COUNTED = 2;

type Wants = (...parts: Part[]) => boolean;

/**
 * Measures the parts wanted and writes each as it is done, so that a later failure costs no earlier figure.
 */
async function main(): Promise<void> {
  await followProxies();
  const { only, days, intervals, seconds, rate } = new Command('bench')
    .description('Measures Currents and writes bench/results.json.')
    .option(
      '--only <parts>',
      'comma-separated: a latency, b refine run, c parser, d Kafka, e stack, f backfill, g ' +
        'upkeep, h growth, i soak, j query, k telemetry',
      partsOf,
      [...PARTS],
    )
    .option(
      '--days <n>',
      'days that parts f, g and i take; the month of f and g needs 31, the week of i 7',
      Number,
      7,
    )
    .option('--intervals <n>', 'intervals that parts a and b count', Number, 12)
    .option('--seconds <n>', 'how long part k sends at each rate', Number, 300)
    .option('--rate <n>', 'records a second that part k begins with', Number, 5_000)
    .parse()
    .opts<{ only: Part[]; days: number; intervals: number; seconds: number; rate: number }>();
  const wants: Wants = (...parts) => parts.some((part) => only.includes(part));
  if (wants('c')) keep([await measureParser(), await measureStaging()]);
  if (wants('a', 'b', 'd', 'e')) await withBenchStack((stack) => measureStack(stack, wants, intervals));
  // A stack of its own: the others' rows would be in the way, and its files in theirs.
  if (wants('f')) await withBenchStack(async (stack) => keep([await measureBackfill(stack, days)]));
  if (wants('g')) await withBenchStack(async (stack) => keep([await measureUpkeep(stack, days)]));
  if (wants('h')) await withBenchStack(async (stack) => keep([await measureGrowth(stack)]));
  if (wants('j')) await withBenchStack(async (stack) => keep([await measureQuery(stack)]));
  if (wants('k'))
    await withBenchStack((stack) => measureTelemetry(stack, { seconds, rate }, keep), {
      CURRENTS_PIPELINES: 'iot',
    });
  if (wants('i')) await withBenchStack(async (stack) => keep([await measureSoak(stack, days)]));
}

/** The first memory sample is taken before any work; the last when all of it is done. */
async function measureStack(stack: BenchStack, wants: Wants, intervals: number): Promise<void> {
  const startUp = wants('e') ? await startUpFigure(stack) : null;
  const samples = startUp ? [await sampleMemory(stack.config, 'after start')] : [];
  if (startUp) keep([startUp, memoryFigure(samples)]);
  if (wants('a', 'b')) await measureRuns(stack, wants, intervals);
  if (startUp && wants('a', 'b')) {
    samples.push(await sampleMemory(stack.config, 'after the runs'));
    keep([startUp, memoryFigure(samples)]);
  }
  if (wants('d')) keep([await measureKafka(stack.config)]);
}

/** The refine runs of the latency measurement are what the bare jobs are compared with. */
async function measureRuns(stack: BenchStack, wants: Wants, intervals: number): Promise<void> {
  const statements = new StatementCount(stack.config.trinoUrl);
  await withLiveMarket(stack, FIRST_COUNTED + intervals + 1, async (market) => {
    const [, ...counted] = await measureIntervals(
      market,
      Array.from({ length: intervals + 1 }, (_, index) => FIRST_COUNTED - 1 + index),
      statements,
    );
    if (wants('a')) keep([latencyFigure(counted, statements)]);
    if (wants('b'))
      keep([
        refineFigure(counted, await measureBareJobs(market, FIRST_COUNTED + intervals)),
        await orchestrationFigure(
          market.client,
          'nem',
          counted.map(({ run }) => run),
        ),
      ]);
  });
}

function keep(figures: Figure[]): void {
  writeResults(path.join(repositoryRoot(), 'bench', 'results.json'), figures);
  process.stdout.write(`\n${printable(figures)}\n`);
}

function partsOf(text: string): Part[] {
  const unknown = text.split(',').filter((part) => !PARTS.includes(part as Part));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`expected some of ${PARTS.join(',')}, found ${unknown.join(',')}`);
  return text.split(',') as Part[];
}

main().catch((error: unknown) => {
  const { code, message, hint } = failureOf(error);
  say(`${code}  ${message}\n  ${hint}`);
  // An interrupted measurement may still wait for services that are gone.
  process.exit(1);
});
