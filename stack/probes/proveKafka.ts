import { randomUUID } from 'node:crypto';
import { logLevel } from 'kafkajs';
import { kafkaClient } from '../../clients/kafka/kafkaClient';
import type { Config } from '../../settings/config';

/** Of ours alone: lists of topics leave out names that begin so. */
const TOPIC = '__currents_proof';

/**
 * Resolves with the number of topics. The broker must say that it has the record. No consumer group reads it
 * back: a group of a new broker waits for the broker's own topic of offsets, which took more than 30 s on a
 * busy machine. Currents itself reads without groups.
 *
 * @throws Error unless a record can be published and every partition has a leader
 */
export async function proveKafka(config: Config): Promise<number> {
  const kafka = proofClient(config);
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })];
  try {
    await Promise.all([admin.connect(), producer.connect()]);
    await makeProofTopic(admin);
    const [sent] = await producer.send({ topic: TOPIC, messages: [{ value: randomUUID() }] });
    await requireRecord(admin, sent?.baseOffset ?? '0');
    return await countTopicsWithLeaders(admin);
  } finally {
    await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  }
}

function proofClient({ kafkaBrokers }: Config): Kafka {
  return kafkaClient({
    clientId: 'currents-proof',
    brokers: kafkaBrokers,
    logLevel: logLevel.NOTHING,
    retry: { retries: 4 },
  });
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

async function requireRecord(admin: Admin, offset: string): Promise<void> {
  const [partition] = await admin.fetchTopicOffsets(TOPIC);
  if (BigInt(partition?.high ?? 0) <= BigInt(offset))
    throw new Error(`expected records beyond offset ${offset} of ${TOPIC}, found ${partition?.high}`);
}

/** A partition whose log the broker could not write is taken offline: it has no leader then. */
async function countTopicsWithLeaders(admin: Admin): Promise<number> {
  const { topics } = await admin.fetchTopicMetadata();
  const own = topics.filter(({ name }) => !name.startsWith('__'));
  const offline = own.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
  if (offline.length > 0) throw new Error(`topics offline: ${offline.map(({ name }) => name).join(', ')}`);
  return own.length;
}
