/** A record to publish. */
export interface KafkaRecord {
  key: string;
  /** Bytes where they are not all text. */
  value: string | Buffer;
  headers?: Record<string, string>;
  /** Instead of the one that the key tells. */
  partition?: number;
}

/** Records of one topic, in the order in which they are sent. */
export interface TopicBatch {
  topic: string;
  records: KafkaRecord[];
}
