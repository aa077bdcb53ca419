import { CompressionTypes, logLevel, type Admin, type Kafka, type Producer } from 'kafkajs';
import { KafkaRecordTooLargeError, KafkaUnavailableError } from './errors';
import { DEFAULT_PARTITIONS } from '../../core/pipeline';
import { kafkaClient } from './kafkaClient';
import type { TopicBatch } from './record';
import { inRequests } from './requests';

export type { KafkaRecord, TopicBatch } from './record';

export interface PartitionOffsets {
  topic: string;
  partition: number;
  low: number;
  high: number;
}

/** All uses of Kafka in Currents, so that another client is one file. */
export interface KafkaPort {
  /** Creates missing topics, with the given partitions of each (default 3). */
  ensureTopics(topics: string[], partitionsOf?: (topic: string) => number): Promise<void>;
  /**
   * Sends records in order, acknowledged by all replicas; a repeat by the client's own retry is dropped by
   * the broker.
   */
  publish(batches: readonly TopicBatch[]): Promise<void>;
  offsets(topics: string[]): Promise<PartitionOffsets[]>;
  close(): Promise<void>;
}

export class KafkaJsPort implements KafkaPort {
  private producer: Promise<Producer> | undefined;
  private admin: Promise<Admin> | undefined;
  private readonly kafka: Kafka;
  /** Topics seen to exist, so that a publish asks for them once per process. */
  private readonly known = new Set<string>();

  constructor(brokers: string[]) {
    this.kafka = kafkaClient({
      clientId: 'currents',
      brokers,
      logLevel: logLevel.ERROR,
      retry: { retries: 8, initialRetryTime: 200 },
    });
  }

  async ensureTopics(topics: string[], partitionsOf?: (topic: string) => number): Promise<void> {
    if (topics.every((topic) => this.known.has(topic))) return;
    const admin = await this.connectedAdmin();
    const existing = new Set(await admin.listTopics().catch(failAs('list topics')));
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length > 0) await this.createTopics(admin, missing, partitionsOf);
    for (const topic of topics) this.known.add(topic);
  }

  private async createTopics(
    admin: Admin,
    missing: string[],
    partitionsOf: (topic: string) => number = () => DEFAULT_PARTITIONS,
  ): Promise<void> {
    const wanted = missing.map((topic) => ({
      topic,
      numPartitions: partitionsOf(topic),
      replicationFactor: 1,
    }));
    await admin.createTopics({ topics: wanted, waitForLeaders: true }).catch(failAs('create topics'));
  }

  async publish(batches: readonly TopicBatch[]): Promise<void> {
    await this.ensureTopics(batches.map(({ topic }) => topic));
    const producer = await this.connectedProducer();
    for (const { topic, records } of batches) {
      for (const messages of inRequests(records)) {
        await producer
          .send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages })
          .catch(failAsUnpublished(topic));
      }
    }
  }

  async offsets(topics: string[]): Promise<PartitionOffsets[]> {
    const admin = await this.connectedAdmin();
    const perTopic = await Promise.all(
      topics.map(async (topic) => {
        const found = await admin.fetchTopicOffsets(topic).catch(failAs(`read offsets of ${topic}`));
        return found.map(({ partition, low, high }) => ({
          topic,
          partition,
          low: Number(low),
          high: Number(high),
        }));
      }),
    );
    return perTopic.flat();
  }

  async close(): Promise<void> {
    await (await this.producer?.catch(() => undefined))?.disconnect();
    await (await this.admin?.catch(() => undefined))?.disconnect();
  }

  /** A failed connect is forgotten, so that the next call tries again. */
  private connectedProducer(): Promise<Producer> {
    this.producer ??= this.connect(this.kafka.producer({ idempotent: true, maxInFlightRequests: 1 })).catch(
      (error: unknown) => {
        this.producer = undefined;
        throw new KafkaUnavailableError('connect', error);
      },
    );
    return this.producer;
  }

  private connectedAdmin(): Promise<Admin> {
    this.admin ??= this.connect(this.kafka.admin()).catch((error: unknown) => {
      this.admin = undefined;
      throw new KafkaUnavailableError('connect', error);
    });
    return this.admin;
  }

  private async connect<T extends { connect(): Promise<void> }>(client: T): Promise<T> {
    await client.connect();
    return client;
  }
}

/** A record that is too large is not a state of the broker: it is rejected whenever it is sent. */
function failAsUnpublished(topic: string): (error: unknown) => never {
  return (error) => {
    throw (error as { type?: string }).type === 'MESSAGE_TOO_LARGE'
      ? new KafkaRecordTooLargeError(topic, error)
      : new KafkaUnavailableError(`publish to ${topic}`, error);
  };
}

function failAs(operation: string): (error: unknown) => never {
  return (error) => {
    throw new KafkaUnavailableError(operation, error);
  };
}
