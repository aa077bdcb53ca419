import { randomUUID } from 'node:crypto';
import { logLevel } from 'kafkajs';
import { kafkaClient } from '../../clients/kafka/kafkaClient';
import type { Config } from '../../settings/config';

/** Of ours alone: lists of topics leave out names that begin so. */
const TOPIC = '__currents_proof';
const LIMIT_MS = 30_000;

/**
 * Resolves with the number of topics.
 *
 * @throws Error unless a record can be published and read again, and every partition has a leader
 */
export async function proveKafka(config: Config): Promise<number> {
  const kafka = kafkaClient({
    clientId: 'currents-proof',
    brokers: config.kafkaBrokers,
    logLevel: logLevel.NOTHING,
    retry: { retries: 4 },
  });
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })];
  const consumer = kafka.consumer({ groupId: TOPIC, sessionTimeout: 10_000 });
  try {
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await makeProofTopic(admin);
    const [sent] = await producer.send({ topic: TOPIC, messages: [{ value: randomUUID() }] });
    await readBack(consumer, sent?.baseOffset ?? '0');
    return await countTopicsWithLeaders(admin);
  } finally {
    await Promise.allSettled([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}

type Kafka = ReturnType<typeof kafkaClient>;
type Admin = ReturnType<Kafka['admin']>;

async function makeProofTopic(admin: Admin): Promise<void> {
  if ((await admin.listTopics()).includes(TOPIC)) return;
  const configEntries = [{ name: 'retention.ms', value: '3600000' }];
  await admin.createTopics({
    topics: [{ topic: TOPIC, numPartitions: 1, configEntries }],
    waitForLeaders: true,
  });
}

async function readBack(consumer: ReturnType<Kafka['consumer']>, offset: string): Promise<void> {
  await consumer.subscribe({ topic: TOPIC });
  let limit: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const late = (): void => reject(new Error(`no record within ${LIMIT_MS / 1000} s of its publication`));
    limit = setTimeout(late, LIMIT_MS);
  });
  const read = new Promise<void>((resolve, reject) => {
    consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    consumer.seek({ topic: TOPIC, partition: 0, offset });
  });
  await Promise.race([read, tooLate]).finally(() => clearTimeout(limit));
}

/** A partition whose log the broker could not write is taken offline: it has no leader then. */
async function countTopicsWithLeaders(admin: Admin): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata();
  const own = topics.filter(({ name }) => !name.startsWith('__'));
  const offline = own.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  if (offline.length > 0) throw new Error(`topics offline: ${offline.map(({ name }) => name).join(', ')}`);
  return own.length;
}
