import type { Config } from '../../settings/config';
import { KafkaRewoundError } from '../../clients/kafka/errors';
import { inputTopics, partitionsOf, type Pipeline } from '../../core/pipeline';
import type { KafkaRange } from '../../core/runs';
import type { BatchPlan, RunRef } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import type { KafkaPort, PartitionOffsets } from '../../clients/kafka/kafka';
import type { LakeReader } from '../../clients/lake/lakeReader';
import type { PublishIntents } from '../ingest/publishIntents';
import type { PipelineMetrics } from '../metrics';
import { rewoundPartitions } from './support/realignOffsets';

export interface PlanBatchDeps {
  config: Config;
  kafka: KafkaPort;
  lake: LakeReader;
  metrics: PipelineMetrics;
  intentsOf(pipeline: string): PublishIntents;
}

const PUBLISH_PATIENCE_MS = 15_000;

export function createPlanBatch(deps: PlanBatchDeps) {
  return {
    /**
     * Fixes the work of a run: from the ledger's end on the base to Kafka's high watermarks, which include no
     * half of a published file; or to `upTo`, if given. Only the ledger says what is in the lake; there is no
     * consumer group. Reads only.
     *
     * @throws KafkaRewoundError when Kafka ends before the ledger does
     */
    async planBatch(run: RunRef & { upTo?: KafkaRange[] }): Promise<BatchPlan> {
      const definition = pipelineNamed(run.pipeline);
      const topics = inputTopics(definition);
      const [ends, offsets] = await Promise.all([
        deps.lake.ledgerEnds(run.slot, run.pipeline),
        offsetsOf(deps, definition, topics),
      ]);
      const rewound = rewoundPartitions(offsets, ends);
      if (rewound.length > 0) throw new KafkaRewoundError(run.pipeline, rewound);
      const all = offsets.map((partition) => openRange(partition, ends));
      for (const topic of topics)
        deps.metrics.setLag(run.pipeline, topic, sum(all.filter((range) => range.topic === topic)));
      const open = all.map((range) => endingAt(range, run.upTo)).filter(({ start, end }) => end > start);
      return { ranges: open, records: sum(open) };
    },
  };
}

async function offsetsOf(
  { kafka, intentsOf }: PlanBatchDeps,
  definition: Pipeline,
  topics: string[],
): Promise<PartitionOffsets[]> {
  await kafka.ensureTopics(topics, (topic) => partitionsOf(definition, topic));
  return intentsOf(definition.name).consistent(() => kafka.offsets(topics), PUBLISH_PATIENCE_MS);
}

/** A partition missing in the ledger starts at the first record that Kafka still has. */
function openRange({ topic, partition, low, high }: PartitionOffsets, ends: Map<string, number>): KafkaRange {
  return { topic, partition, start: ends.get(`${topic}/${partition}`) ?? low, end: high };
}

/** Nothing is taken from a partition without an end. */
function endingAt(range: KafkaRange, ends: KafkaRange[] | undefined): KafkaRange {
  if (!ends) return range;
  const end =
    ends.find(({ topic, partition }) => topic === range.topic && partition === range.partition)?.end ??
    range.start;
  return { ...range, end: Math.min(range.end, end) };
}

function sum(ranges: KafkaRange[]): number {
  return ranges.reduce((total, { start, end }) => total + end - start, 0);
}
