import type { KafkaPort, KafkaRecord, PartitionOffsets } from '../../../clients/kafka/kafka';

/** Records sent in one call; each is a few bytes. */
const FILLERS_AT_ONCE = 10_000;

/** A partition with fewer records than the ledger has read from it. */
export interface RewoundPartition {
  topic: string;
  partition: number;
  /** Exclusive end of the ledger. */
  ledgerEnd: number;
  high: number;
}

/**
 * Partitions that end before the ledger: the topic was recreated, or the broker's machine lost the newest
 * records (Kafka acknowledges before they are on disk). New records would get offsets that count as read.
 */
export function rewoundPartitions(
  offsets: PartitionOffsets[],
  ledgerEnds: Map<string, number>,
): RewoundPartition[] {
  return offsets
    .map(({ topic, partition, high }) => ({
      topic,
      partition,
      high,
      ledgerEnd: ledgerEnds.get(`${topic}/${partition}`) ?? 0,
    }))
    .filter(({ high, ledgerEnd }) => high < ledgerEnd);
}

/**
 * Fills rewound partitions with empty records up to the ledger's end, so that new records are read. The
 * fillers are never read: their offsets count as read. A repeat does nothing.
 */
export async function fillRewound(kafka: KafkaPort, rewound: RewoundPartition[]): Promise<void> {
  for (const { topic, partition, high, ledgerEnd } of rewound) {
    for (let left = ledgerEnd - high; left > 0; left -= FILLERS_AT_ONCE) {
      await kafka.publish([
        { topic, records: Array.from({ length: Math.min(left, FILLERS_AT_ONCE) }, () => filler(partition)) },
      ]);
    }
  }
}

function filler(partition: number): KafkaRecord {
  return { key: '', value: '', partition, headers: { 'currents.filler': 'realign' } };
}
