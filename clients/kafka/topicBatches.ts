import type { KafkaRecord, TopicBatch } from './record';

/** Collects records by topic; those of a topic keep their order. */
export class TopicBatches {
  private readonly byTopic = new Map<string, KafkaRecord[]>();

  add(topic: string, record: KafkaRecord): void {
    const kept = this.byTopic.get(topic);
    if (kept) kept.push(record);
    else this.byTopic.set(topic, [record]);
  }

  all(): TopicBatch[] {
    return [...this.byTopic].map(([topic, records]) => ({ topic, records }));
  }
}
