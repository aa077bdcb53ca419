import type { KafkaPort } from '../../clients/kafka/kafka';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { inputTopics, partitionsOf } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';

export interface PrepareSourceDeps {
  store: ObjectStore;
  kafka: KafkaPort;
}

export function createPrepareSource(deps: PrepareSourceDeps) {
  return {
    /** Topics and bucket a pipeline needs before its first file. Repeating it changes nothing. */
    async prepareSource({ pipeline }: { pipeline: string }): Promise<void> {
      const definition = pipelineNamed(pipeline);
      await deps.store.ensureBucket();
      await deps.kafka.ensureTopics([...inputTopics(definition), ...definition.notifications], (topic) =>
        partitionsOf(definition, topic),
      );
    },
  };
}
