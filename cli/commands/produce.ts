import { Option, type Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { KafkaJsPort, type KafkaRecord, type TopicBatch } from '../../clients/kafka/kafka';
import { TopicBatches } from '../../clients/kafka/topicBatches';
import { PipelineCannotError } from '../../core/errors';
import { partitionsOf } from '../../core/pipeline';
import type { ProducedRecord, Producer, ProduceRequest } from '../../core/producer';
import { pipelineCode, pipelineNamed } from '../../pipelines/registry';
import { readConfig } from '../../settings/config';
import { InvalidArgumentError } from '../support/errors';
import { printJson, say } from '../support/output';
import { namedSchemas } from '../support/namedSchemas';
import { outcomeTables, produceOutcome, progressLine } from '../support/produceOutcome';
import { ProducedCounts, produceRecords, type Surroundings } from '../support/produceRecords';
import { replayed } from '../support/replayedFiles';

interface ProduceOptions {
  scenario?: string;
  replay?: string;
  rate: string;
  duration?: string;
  seed: string;
  schemaId: string;
  json?: boolean;
}

const PROGRESS_EVERY_MS = 5_000;

export function register(program: Command): void {
  program
    .command('produce <pipeline>')
    .summary('send simulated records, or those of real files')
    .description(
      'Sends records that the pipeline simulates, or those of a folder of real files, to its topics, until the ' +
        'duration is over or Ctrl-C. Prints what was sent, and what the lake must make of it.\n' +
        'Example: currents produce iot --scenario mixed --rate 200 --duration 60 --seed 7',
    )
    .option('--scenario <name>', "what the records are like (default: the pipeline's first)")
    .addOption(
      new Option('--replay <folder>', 'send the files of a folder instead').conflicts(['scenario', 'seed']),
    )
    .option('--rate <count>', 'records a second', '100')
    .option('--duration <seconds>', 'how long (default: until Ctrl-C)')
    .option('--seed <number>', 'the same number gives the same records', '1')
    .option('--schema-id <form>', 'how records name their schema: header, prefix or none', 'header')
    .option('--json', 'print the counts as JSON on stdout')
    .action(produce);
}

async function produce(pipeline: string, options: ProduceOptions): Promise<void> {
  const producer = producerOf(pipeline);
  const request = requestOf(producer, options);
  const duration_ms = options.duration === undefined ? {} : { duration_ms: durationOf(options.duration) };
  const records =
    options.replay === undefined
      ? simulated(pipeline, producer, request)
      : replayed(pipeline, producer, options.replay, request);
  const named = await namedSchemas(pipeline, options.schemaId);
  const counts = new ProducedCounts();
  const pace = { rate_per_second: request.rate_per_second, ...duration_ms };
  const isInterrupted = await untilInterrupted((signal) =>
    withKafka(pipeline, named, (surroundings) =>
      withProgress(counts, request.start_ms, () =>
        produceRecords(records, { ...pace, signal }, surroundings, counts),
      ),
    ),
  );
  if (isInterrupted) say('interrupted: every record counted here was acknowledged');
  const outcome = produceOutcome({ pipeline, ...request, replay: options.replay }, counts);
  if (options.json) printJson(outcome);
  else process.stdout.write(`${outcomeTables(outcome)}\n`);
}

function simulated(pipeline: string, producer: Producer, request: ProduceRequest): Iterable<ProducedRecord> {
  const { scenario, rate_per_second, seed } = request;
  say(`${pipeline}: SIMULATED records, scenario ${scenario}, ${rate_per_second} a second, seed ${seed}`);
  return producer.records(request);
}

/** @throws PipelineCannotError for a pipeline that makes no records */
function producerOf(pipeline: string): Producer {
  const { producer } = pipelineCode(pipeline);
  if (!producer) throw new PipelineCannotError(pipeline, 'produce records');
  return producer;
}

function requestOf({ scenarios }: Producer, { scenario, rate, seed }: ProduceOptions): ProduceRequest {
  const name = scenario ?? scenarios[0];
  if (!scenarios.includes(name))
    throw new InvalidArgumentError('--scenario', `one of ${scenarios.join(', ')}`, name);
  if (!/^\d{1,9}$/.test(seed)) throw new InvalidArgumentError('--seed', 'a whole number from 0', seed);
  return {
    scenario: name,
    seed: Number(seed),
    rate_per_second: positive('--rate', rate),
    start_ms: Date.now(),
  };
}

function durationOf(seconds: string): number {
  return 1000 * positive('--duration', seconds);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError(option, 'a number above 0', text);
}

async function withKafka(
  pipeline: string,
  named: (record: ProducedRecord) => KafkaRecord,
  work: (surroundings: Surroundings) => Promise<void>,
): Promise<void> {
  const definition = pipelineNamed(pipeline);
  const kafka = new KafkaJsPort(readConfig().kafkaBrokers);
  try {
    await kafka.ensureTopics([...definition.topics], (topic) => partitionsOf(definition, topic));
    await work({
      publish: (batch) => kafka.publish(byTopic(batch, named)),
      now: Date.now,
      wait: (pause_ms, signal) => delay(pause_ms, undefined, { signal }).catch(() => undefined),
    });
  } finally {
    await kafka.close();
  }
}

function byTopic(
  records: readonly ProducedRecord[],
  named: (record: ProducedRecord) => KafkaRecord,
): TopicBatch[] {
  const batches = new TopicBatches();
  for (const record of records) batches.add(record.topic, named(record));
  return batches.all();
}

async function withProgress(
  counts: ProducedCounts,
  start_ms: number,
  work: () => Promise<void>,
): Promise<void> {
  const show = (): void => say(progressLine(counts, Date.now() - start_ms));
  const showing = setInterval(show, PROGRESS_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(showing);
    show();
  }
}

/** The first Ctrl-C ends the work after the batch under way; a second one ends the process. */
async function untilInterrupted(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(stop.signal);
    return stop.signal.aborted;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}
