import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { KafkaJsPort, type KafkaRecord } from '../clients/kafka/kafka';
import { rowRecord } from '../activities/ingest/kafkaRecords';
import { say } from '../cli/support/output';
import type { Config } from '../settings/config';
import { fileNameOf } from '../pipelines/nem/demo/siteFile';
import { publishPlan } from '../pipelines/nem/demo/plan';
import { createNemSource } from '../pipelines/nem/source/source';
import { runProducerTool, type ToolRun } from './producerTool';
import { detail, figure, median, type Figure } from './report';

const RATIO_AIM = 0.5;
const ROWS = 200_000;
const WARM_UP_ROWS = 5_000;
const ROUNDS = 3;
const TOPIC = 'bench_rows';

/**
 * Rows per second of our producer against Kafka's own tool, in turns on the same broker and topic: the same
 * count of records of the same size, 3 partitions, all replicas.
 */
export async function measureKafka(config: Config): Promise<Figure> {
  const records = await unitRecords(config);
  const payloadFile = path.join(config.home, 'bench-payloads.txt');
  fs.writeFileSync(payloadFile, records.map(wireText).join('\n'));
  const tool: ToolRun = {
    broker: config.kafkaBrokers[0]!,
    topic: TOPIC,
    records: ROWS,
    payloadFile,
    compression: 'none',
  };
  const port = new KafkaJsPort(config.kafkaBrokers);
  try {
    await port.ensureTopics([TOPIC]);
    await publishRate(port, records, WARM_UP_ROWS);
    const rates = { ours: [] as number[], plain: [] as number[], gzip: [] as number[] };
    for (let round = 1; round <= ROUNDS; round += 1) {
      rates.ours.push(await publishRate(port, records, ROWS));
      rates.plain.push(await runProducerTool(tool));
      rates.gzip.push(await runProducerTool({ ...tool, compression: 'gzip' }));
      say(
        `  round ${round}: ours ${Math.round(rates.ours.at(-1)!)}, tool ` +
          `${Math.round(rates.plain.at(-1)!)}, tool with gzip ` +
          `${Math.round(rates.gzip.at(-1)!)} rows/s`,
      );
    }
    return kafkaFigure(median(rates.ours), median(rates.plain), median(rates.gzip), records);
  } finally {
    await port.close();
  }
}

function kafkaFigure(ours: number, plain: number, gzip: number, records: readonly KafkaRecord[]): Figure {
  const bytes = (texts: string[]): number =>
    texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
  return figure(
    'd',
    { name: 'Kafka, ours to its own tool', value: ours / plain, unit: 'x' },
    { at_least: RATIO_AIM },
    [
      detail('ours (gzip, as in production)', ours, 'rows/s'),
      detail('tool, compression none', plain, 'rows/s'),
      detail('tool, compression gzip', gzip, 'rows/s'),
      detail('ratio to the tool with gzip', ours / gzip, 'x'),
      detail('value of one record', bytes(records.map(({ value }) => String(value))), 'bytes'),
      detail('one record with key and headers', bytes(records.map(wireText)), 'bytes'),
    ],
    [
      `medians of ${ROUNDS} rounds of ${ROWS} records, acks=all, idempotent, 3 partitions, ` +
        'broker and producer on the same cores',
      'ours: KafkaJsPort with gzip, 1,000 records a request, one request at a time, keys and headers as published',
      'tool: ProducerPerformance with its default batching; its payload is our key, ' +
        'headers and value as one value; its rate leaves out the start of its JVM',
    ],
  );
}

/** One interval's rows of every unit, as ingest publishes them. */
async function unitRecords(config: Config): Promise<KafkaRecord[]> {
  const { files } = publishPlan({ fromNem: '2026-11-20 11:00', intervals: 1, oddities: [] });
  const file = files.find(({ report }) => report === 'DISPATCHSCADA')!;
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  const landed = {
    name: fileNameOf(file),
    report: file.report,
    bytes: file.bytes,
    sha256,
    ingested_at: new Date().toISOString(),
  };
  const { records } = await createNemSource(config).readRecords(landed);
  return [...records].flatMap((record) => (record.kind === 'row' ? [rowRecord(record, landed)] : []));
}

/** Rows per second of one call with `count` records, the interval's rows again and again. */
async function publishRate(port: KafkaJsPort, rows: readonly KafkaRecord[], count: number): Promise<number> {
  const records = Array.from({ length: count }, (_, index) => rows[index % rows.length]!);
  const started_ms = performance.now();
  await port.publish([{ topic: TOPIC, records }]);
  return (count / (performance.now() - started_ms)) * 1000;
}

/** All the text of a record on one line; JSON has no line break of its own. */
function wireText({ key, value, headers = {} }: KafkaRecord): string {
  return [key, ...Object.entries(headers).flat(), value].join('');
}
