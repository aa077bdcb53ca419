import { setTimeout as pause } from 'node:timers/promises';
import { KafkaJsPort } from '../../clients/kafka/kafka';
import { deadLetterTopic } from '../../core/pipeline';
import type { ProducedRecord } from '../../core/producer';
import { simulator } from '../../pipelines/iot/simulation/simulator';
import type { TrinoClient } from '../../trino/client';
import type { StackUnderTest } from './stackUnderTest';
import type { Trial } from './trials';

const TOPIC = 'iot-telemetry';
export const TELEMETRY_TOPICS = [TOPIC, deadLetterTopic(TOPIC)];

const FIRST_RECORDS = 300;
const BATCH_RECORDS = 15;
const BATCH_EVERY_MS = 300;
/** Faults set clocks back by an hour, and a record from more than an hour ahead is a dead letter. */
const EVENTS_AGO_MS = 2 * 3_600_000;

/** Telemetry that flows through a trial: some records before it, and more until it is over. */
export class TelemetryFlow {
  /** Over all trials of a session. */
  acknowledged = 0;
  private kafka: KafkaJsPort | undefined;
  private flowing: Promise<void> | undefined;
  private isOver = false;

  constructor(private readonly stack: Pick<StackUnderTest, 'config'>) {}

  /** Sends the first records, then more beside the trial. */
  async begin({ seed, number }: Trial): Promise<void> {
    const records = simulator
      .records({
        scenario: 'mixed',
        seed: seed + number,
        rate_per_second: (1_000 * BATCH_RECORDS) / BATCH_EVERY_MS,
        start_ms: Date.now() - EVENTS_AGO_MS,
      })
      [Symbol.iterator]();
    this.isOver = false;
    await this.publish(take(records, FIRST_RECORDS));
    this.flowing = this.flow(records);
  }

  /** Ends the flow and waits for the batch under way. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.flowing;
    await this.forgetConnection();
  }

  private async flow(records: Iterator<ProducedRecord>): Promise<void> {
    while (!this.isOver) {
      // A batch without an answer may be in Kafka or not: it counts by what Kafka has, and is not sent again.
      await this.publish(take(records, BATCH_RECORDS)).catch(() => this.forgetConnection());
      await pause(BATCH_EVERY_MS);
    }
  }

  private async publish(records: ProducedRecord[]): Promise<void> {
    this.kafka ??= new KafkaJsPort([`127.0.0.1:${this.stack.config.ports.kafka}`]);
    await this.kafka.publish([{ topic: TOPIC, records }]);
    this.acknowledged += records.length;
  }

  /** A producer that has lost an answer numbers its next batches as the broker does not expect. */
  private async forgetConnection(): Promise<void> {
    const lost = this.kafka;
    this.kafka = undefined;
    await lost?.close();
  }
}

function take(records: Iterator<ProducedRecord>, count: number): ProducedRecord[] {
  return Array.from({ length: count }, () => records.next().value as ProducedRecord);
}

export interface TelemetryCounts {
  acknowledged: number;
  /** Records that Kafka holds. */
  in_kafka: number;
  bronze: number;
  dead_letters: number;
  /** Different places of Kafka among both. */
  places: number;
  /** Records that silver's rows say they stand for. */
  in_silver: number;
}

/** Each record of Kafka is once in bronze or once a dead letter, and each acknowledged one is in Kafka. */
export function telemetryFaults(counts: TelemetryCounts): string[] {
  const { acknowledged, in_kafka, bronze, dead_letters, places, in_silver } = counts;
  return [
    acknowledged <= in_kafka || `${acknowledged} records acknowledged, ${in_kafka} in Kafka`,
    bronze + dead_letters === in_kafka ||
      `${in_kafka} records in Kafka, ${bronze} in bronze and ${dead_letters} dead letters`,
    places === bronze + dead_letters ||
      `${bronze + dead_letters} rows of bronze and dead letters, of ${places} records`,
    in_silver === bronze || `${bronze} rows of bronze, ${in_silver} in silver`,
  ].flatMap((line) => (line === true ? [] : [`telemetry: ${line}`]));
}

export async function telemetryDifferences(
  { config }: Pick<StackUnderTest, 'config'>,
  trino: TrinoClient,
  { acknowledged }: Pick<TelemetryFlow, 'acknowledged'>,
): Promise<string[]> {
  const kafka = new KafkaJsPort([`127.0.0.1:${config.ports.kafka}`]);
  const offsets = await kafka.offsets([TOPIC]).finally(() => kafka.close());
  const in_kafka = offsets.reduce((sum, { high }) => sum + high, 0);
  const { rows } = await trino.runQuery(COUNTS_SQL);
  const [bronze, dead_letters, places, in_silver] = rows[0]!.map(Number) as [number, number, number, number];
  return telemetryFaults({ acknowledged, in_kafka, bronze, dead_letters, places, in_silver });
}

const COUNTS_SQL = `
  with bronze as (select "partition", "offset" from iot.bronze_telemetry),
       dead as (select "partition", "offset" from iot_ops.dead_letters where topic = '${TOPIC}')
  select (select count(*) from bronze), (select count(*) from dead),
         (select count(*) from (select * from bronze union select * from dead)),
         (select coalesce(sum(records), 0) from iot.silver_telemetry)`;
