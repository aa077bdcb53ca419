import { CurrentsError } from '../../core/errors';

/**
 * Kafka ends before the ledger: it lost records, or a topic was recreated. New records would count as read.
 */
export class KafkaRewoundError extends CurrentsError {
  constructor(
    pipeline: string,
    partitions: { topic: string; partition: number; ledgerEnd: number; high: number }[],
  ) {
    const found = partitions.map(
      ({ topic, partition, ledgerEnd, high }) =>
        `${topic}[${partition}] ends at ${high}, the ledger at ${ledgerEnd}`,
    );
    super(
      `${pipeline}: expected Kafka to hold what the ledger has read, found ${found.slice(0, 5).join('; ')}`,
      {
        code: 'KAFKA_REWOUND',
        kind: 'data',
        retryable: false,
        details: { partitions },
        hint:
          `Run: npx currents realign --pipeline ${pipeline}, then npx currents rebuild over the ` +
          'time since Kafka was lost, then release the lane: npx currents runs retry',
      },
    );
  }
}

/** A record is larger than the broker takes. */
export class KafkaRecordTooLargeError extends CurrentsError {
  constructor(topic: string, cause: unknown) {
    super(
      `Kafka publish to ${topic}: expected records of at most max.message.bytes of the topic, found a larger one`,
      {
        code: 'KAFKA_RECORD_TOO_LARGE',
        kind: 'internal',
        retryable: false,
        details: { topic },
        hint: "Raise the topic's max.message.bytes, or have the pipeline's source reject such rows.",
      },
      cause,
    );
  }
}

/** Kafka rejected a request or did not answer within the client's own retries. */
export class KafkaUnavailableError extends CurrentsError {
  constructor(operation: string, cause: unknown) {
    super(
      `Kafka ${operation}: expected it to succeed, found ` +
        `${cause instanceof Error ? cause.message : String(cause)}`,
      {
        code: 'KAFKA_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint: 'Check the broker: npx currents doctor',
      },
      cause,
    );
  }
}
