import type { ClaimedDeadLetter, ReplayOutcome } from '../../core/deadLetters/deadLetters';
import type { Source } from '../../core/source';
import { pipelineNamed } from '../../pipelines/registry';
import { heartbeat } from '../boundary';
import type { KafkaPort, PartitionOffsets, TopicBatch } from '../../clients/kafka/kafka';
import { TopicBatches } from '../../clients/kafka/topicBatches';
import type { ObjectStore } from '../../clients/s3/objectStore';
import type { Landing } from '../ingest/landing';
import type { PublishIntents } from '../ingest/publishIntents';
import { KeptOutcomes } from './support/keptOutcomes';
import { readStored } from './support/decisions';
import { rereadDeadLetters } from './rereadDeadLetters';
import type { Reread } from './support/rereadOutcome';

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
  /** Key of the claimed dead letters. */
  lettersUri: string;
  decisionId: string;
  requestedBy: string;
}

export interface RepublishResult {
  published: number;
  refused: number;
  outcomesUri: string;
  /**
   * Kafka's end offsets after the last record: a run must have read them before the dead letters are settled.
   */
  marks: Pick<PartitionOffsets, 'topic' | 'partition' | 'high'>[];
}

export function createRepublishActivities(deps: RepublishDeps) {
  return {
    /**
     * Publishes claimed dead letters: rows and files that ingest rejected are read again from their landed
     * bytes, with today's parser and rules. They are published only if they are accepted now; whole messages
     * are published unchanged. Publishes file by file and keeps only the outcomes; a retry continues from the
     * kept outcomes. Records published twice are equal, and bronze keeps one.
     */
    async republishDeadLetters(input: RepublishInput): Promise<RepublishResult> {
      const { letters: deadLetters } = await readStored<{ letters: ClaimedDeadLetter[] }>(
        deps.store,
        input.lettersUri,
      );
      const kept = new KeptOutcomes(deps.store, input.decisionId);
      const outcomes = await republish(deps, input, deadLetters, kept);
      await kept.keep(outcomes);
      const { topics } = pipelineNamed(input.pipeline);
      const ends = countOf(outcomes, 'published') === 0 ? [] : await deps.kafka.offsets([...topics]);
      return {
        published: countOf(outcomes, 'published'),
        refused: countOf(outcomes, 'refused') + countOf(outcomes, 'tooLarge'),
        outcomesUri: kept.uri,
        marks: ends.map(({ topic, partition, high }) => ({ topic, partition, high })),
      };
    },
  };
}

async function republish(
  deps: RepublishDeps,
  input: RepublishInput,
  deadLetters: ClaimedDeadLetter[],
  kept: KeptOutcomes,
): Promise<ReplayOutcome[]> {
  const outcomes = await kept.read();
  const done = new Set(outcomes.map(({ id }) => id));
  const open = deadLetters.filter(({ id }) => !done.has(id));
  for await (const reread of rereadDeadLetters(deps, input, open)) {
    deps.signal().throwIfAborted();
    await publish(deps, input, topicBatches(reread));
    outcomes.push(...reread.map(({ outcome }) => outcome));
    heartbeat(`${outcomes.length} of ${deadLetters.length} dead letters`);
    await kept.keepNowAndThen(outcomes);
  }
  return outcomes;
}

/**
 * One mark for all files of a replay, since they are processed in sequence: a retry clears the mark of a dead
 * attempt.
 */
async function publish(
  { intentsOf, kafka }: RepublishDeps,
  { pipeline, decisionId }: RepublishInput,
  batches: TopicBatch[],
): Promise<void> {
  if (batches.length > 0)
    await intentsOf(pipeline).during(decisionId.replaceAll('/', '-'), () => kafka.publish(batches));
}

function countOf(outcomes: ReplayOutcome[], outcome: ReplayOutcome['outcome']): number {
  return outcomes.filter((one) => one.outcome === outcome).length;
}

function topicBatches(reread: Reread[]): TopicBatch[] {
  const batches = new TopicBatches();
  for (const { topic, records } of reread.flatMap((one) => one.batches))
    for (const record of records) batches.add(topic, record);
  return batches.all();
}
