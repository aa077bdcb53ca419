import type { ClaimedLetter, LetterOutcome } from '../../core/deadLetters/letters';
import type { Source } from '../../core/source';
import { pipelineNamed } from '../../pipelines/registry';
import type { KafkaPort, KafkaRecord, PartitionOffsets } from '../connections/kafka';
import type { ObjectStore } from '../connections/objectStore';
import type { Landing } from '../ingest/landing';
import type { PublishIntents } from '../ingest/publishIntents';
import { readStored } from './letterDecisions';
import { readLetters, type Reread } from './rereadLetters';

export interface RepublishDeps {
  store: ObjectStore;
  kafka: KafkaPort;
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  intentsOf(pipeline: string): PublishIntents;
  signal(): AbortSignal;
}

export interface RepublishInput {
  pipeline: string;
  /** Where the claim keeps its letters. */
  lettersUri: string;
  decisionId: string;
  requestedBy: string;
}

export interface RepublishResult {
  published: number;
  refused: number;
  outcomesUri: string;
  /** Where Kafka ended after the last record: what a run must have taken before the letters are judged. */
  marks: Pick<PartitionOffsets, 'topic' | 'partition' | 'high'>[];
}

export function createRepublishActivities(deps: RepublishDeps) {
  return {
    /**
     * Sends claimed letters the normal way: rows and files that ingest refused are read again from their landed bytes,
     * with today's parser and rules, and published only if they are accepted now; what was a whole message is published
     * as it was. Repeating it publishes equal records once more, of which bronze keeps one.
     */
    async republishDeadLetters(input: RepublishInput): Promise<RepublishResult> {
      const { letters } = await readStored<{ letters: ClaimedLetter[] }>(deps.store, input.lettersUri);
      const reread = await readLetters(deps, input, letters);
      const batches = batchesOf(reread);
      await deps.intentsOf(input.pipeline).during(input.decisionId.replaceAll('/', '-'), () => deps.kafka.publish(batches));
      const key = `dead-letters/${input.decisionId}.json`;
      await deps.store.put(key, JSON.stringify(reread.map(({ outcome }) => outcome)));
      const { topics } = pipelineNamed(input.pipeline);
      const ends = batches.length === 0 ? [] : await deps.kafka.offsets([...topics]);
      return {
        published: countOf(reread, 'published'), refused: countOf(reread, 'refused'), outcomesUri: deps.store.uri(key),
        marks: ends.map(({ topic, partition, high }) => ({ topic, partition, high })),
      };
    },
  };
}

function countOf(reread: Reread[], outcome: LetterOutcome['outcome']): number {
  return reread.filter((one) => one.outcome.outcome === outcome).length;
}

function batchesOf(reread: Reread[]): { topic: string; records: KafkaRecord[] }[] {
  const byTopic = new Map<string, KafkaRecord[]>();
  for (const { topic, records } of reread.flatMap(({ batches }) => batches)) byTopic.set(topic, [...(byTopic.get(topic) ?? []), ...records]);
  return [...byTopic].map(([topic, records]) => ({ topic, records }));
}
