import { logLevel } from 'kafkajs';
import { kafkaClient } from '../../clients/kafka/kafkaClient';

/** Resolves when the broker answers ApiVersions and Metadata and names itself as controller. */
export async function probeKafka(broker: string): Promise<void> {
  const client = kafkaClient({
    clientId: 'currents-probe',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0) throw new Error(`${broker} knows no broker yet`);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
