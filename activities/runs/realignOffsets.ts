import type { KafkaPort, KafkaRecord, PartitionOffsets } from '../../clients/kafka/kafka';

/** Records sent in one call; each is a few bytes. */
const FILLERS_AT_ONCE = 10_000;

/** A partition that holds fewer records than the ledger says were read from it. */
export interface RewoundPartition {
  topic: string;
  partition: number;
  /** Exclusive end of what the ledger has read. */
  ledgerEnd: number;
  high: number;
}

/**
 * Partitions that end before the ledger does: the topic was made anew, or the broker lost its newest records
 * with its machine (Kafka acknowledges before the disk has them). New records would get offsets that count as
 * read.
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
 * Fills rewound partitions with empty records up to the ledger's end, so that what is published from now on
 * is read. Nobody reads the fillers: their offsets count as read. Repeating it does nothing.
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
