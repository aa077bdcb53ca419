import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaJsPort } from '../clients/kafka/kafka';
import { LakeReader } from '../clients/lake/lakeReader';
import { catalogOf, type SparkJobResult, type SparkJobSpec } from '../clients/spark/sparkJob';
import { WarmRunner } from '../clients/spark/warmRunner';
import { say } from '../cli/support/output';
import type { Config } from '../settings/config';
import { MAIN_BRANCH, runIdAt, workBranch } from '../core/ids';
import { inputTopics } from '../core/pipeline';
import type { KafkaRange } from '../core/runs';
import { NessieClient } from '../nessie/client';
import type { Reference } from '../nessie/model';
import { pipelineNamed } from '../pipelines/registry';
import type { IntervalTiming } from './latency';
import type { LiveMarket } from './liveMarket';
import { detail, figure, median, type Figure } from './report';
import { medianRun_s, medianStep_s, medianSteps } from './steps';
import { driverAtRest } from './warmDriver';

const RATIO_AIM = 1.5;
const BARE_JOBS = 5;
const LOOK_EVERY_MS = 50;

/**
 * Ingests one more interval without refining it and gives its records to the warm driver several times: the
 * same job as a refine run's, each on a branch of its own from the same head, without workflow, gates, dbt
 * and merge.
 */
export async function measureBareJobs(market: LiveMarket, index: number): Promise<SparkJobResult[]> {
  market.publish(index);
  await (await market.startedIngest(index, { refine: false })).result();
  const ranges = await openRanges(market);
  const base = await new NessieClient(market.config.nessieUrl).getReference(MAIN_BRANCH);
  const runId = runIdAt(Date.now());
  const results: SparkJobResult[] = [];
  for (let attempt = 1; attempt <= BARE_JOBS; attempt += 1) {
    await driverAtRest(market.config);
    const result = await runBare(market.config, base, bareSpec(market.config, base, runId, attempt, ranges));
    say(`  bare Spark job ${attempt}: ${(result.duration_ms / 1000).toFixed(1)} s`);
    results.push(result);
  }
  return results;
}

/** The refine runs of the latency measurement against the bare jobs. */
export function refineFigure(timings: readonly IntervalTiming[], bare: readonly SparkJobResult[]): Figure {
  const runs = timings.map(({ run }) => run);
  const bare_s = median(bare.map(({ duration_ms }) => duration_ms)) / 1000;
  const wall_s = median(timings.map(({ wall_ms }) => wall_ms)) / 1000;
  const ofSpark = medianSteps(
    bare.map(({ steps }) => ({ durations_ms: Object.fromEntries(steps.map(({ name, ms }) => [name, ms])) })),
  );
  return figure(
    'b',
    { name: 'refine run to bare Spark job', value: medianRun_s(runs) / bare_s, unit: 'x' },
    { at_most: RATIO_AIM },
    [
      detail('refine run, sum of its steps', medianRun_s(runs), 's'),
      detail('refine run, workflow start to end', wall_s, 's'),
      detail('bare Spark job', bare_s, 's'),
      detail('ratio, workflow start to end', wall_s / bare_s, 'x'),
      detail('ratio, step spark alone', medianStep_s(runs, ['spark']) / bare_s, 'x'),
      detail(
        'ratio, without dbt (gold is built by Trino, not Spark)',
        medianRun_s(runs, ['dbt']) / bare_s,
        'x',
      ),
      ...medianSteps(runs),
      ...ofSpark.map((line) => ({ ...line, name: `bare job: ${line.name}` })),
    ],
    [
      `medians of ${timings.length} refine runs and ${bare.length} bare jobs over one interval each, ` +
        'same warm driver; steps of the bare job overlap',
      `records per refine run: ${median(runs.map(({ records }) => records))}; per bare job: ` +
        `${bare[0]!.counts.reduce((sum, { rows_in }) => sum + rows_in, 0)}`,
    ],
  );
}

/** What Kafka has beyond the ledger on main, as a refine run would plan it. */
async function openRanges({ config, trino }: LiveMarket): Promise<KafkaRange[]> {
  const kafka = new KafkaJsPort(config.kafkaBrokers);
  try {
    const ends = await new LakeReader(trino).ledgerEnds('lake', 'nem');
    const offsets = await kafka.offsets(inputTopics(pipelineNamed('nem')));
    const ranges = offsets.map(({ topic, partition, low, high }) => ({
      topic,
      partition,
      start: ends.get(`${topic}/${partition}`) ?? low,
      end: high,
    }));
    return ranges.filter(({ start, end }) => end > start);
  } finally {
    await kafka.close();
  }
}

/** Must say what activities/spark/refineTables.ts says, or the two are not the same job. */
function bareSpec(
  config: Config,
  base: Reference,
  runId: string,
  attempt: number,
  ranges: KafkaRange[],
): SparkJobSpec {
  return {
    job_id: `nem-${runId}-${base.hash.slice(0, 8)}-a${attempt}`,
    run_id: runId,
    attempt,
    pipeline: 'nem',
    kind: 'refine',
    outputs: pipelineNamed('nem').outputs,
    catalog: catalogOf(config, workBranch('nem', runId, `bare-${attempt}`)),
    kafka: { bootstrap: config.kafkaBrokers.join(','), ranges },
    params: { expect_ledger: true },
  };
}

async function runBare(config: Config, base: Reference, spec: SparkJobSpec): Promise<SparkJobResult> {
  const nessie = new NessieClient(config.nessieUrl);
  await nessie.createBranch(spec.catalog.ref, { name: MAIN_BRANCH, hash: base.hash });
  try {
    return await resultOf(new WarmRunner(config.sparkDriverUrl), spec);
  } finally {
    const { hash } = await nessie.getReference(spec.catalog.ref);
    await nessie.deleteBranch(spec.catalog.ref, hash);
  }
}

async function resultOf(spark: WarmRunner, spec: SparkJobSpec): Promise<SparkJobResult> {
  await spark.submit(spec, { signal: new AbortController().signal, onWait: () => undefined });
  for (;;) {
    const state = await spark.progress(spec.job_id);
    if (state?.status === 'succeeded' && state.result) return state.result;
    if (state?.status !== 'queued' && state?.status !== 'running')
      throw new Error(
        `job ${spec.job_id}: expected it to succeed, found ${JSON.stringify(state?.result?.error ?? state)}`,
      );
    await sleep(LOOK_EVERY_MS);
  }
}
