import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import type { NotifyPorts } from '../../core/notifications';
import type { TableCounts } from '../../core/runs';
import type { AuditResult, RunRef, Touched } from '../../core/steps';
import { touchedOf } from '../../core/touched';
import { pipelineCode, pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import type { KafkaPort } from '../../clients/kafka/kafka';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { Freshness, type FreshnessDeps } from './freshness';

export interface AnnounceDeps extends FreshnessDeps {
  trino: TrinoClient;
  kafka: KafkaPort;
  store: ObjectStore;
}

export interface AnnounceInput extends RunRef, Touched {
  counts: TableCounts[];
  mergeHash: string;
  audits: AuditResult[];
}

export function createAnnounceActivities(deps: AnnounceDeps) {
  const freshness = new Freshness(deps);
  return {
    /**
     * Counts a merge and lets the pipeline's own code notify consumers of main's new state. The published
     * messages are kept in S3, so that a repeat publishes nothing.
     */
    async announceRun(input: AnnounceInput): Promise<{ messages: number }> {
      const { pipeline, branch, counts, mergeHash } = input;
      deps.metrics.countRun(pipeline, 'merged', counts, input.audits);
      const touched = touchedOf(input, pipelineNamed(pipeline));
      if (touched.length === 0 || branch !== MAIN_BRANCH) return { messages: 0 };
      await freshness.raise(pipeline, counts);
      const catalog = catalogOfBranch(branch);
      const notice = { pipeline, catalog, touched, mergeHash };
      return { messages: (await pipelineCode(pipeline).notify?.(notice, portsOf(deps, notice))) ?? 0 };
    },
  };
}

function portsOf(
  { trino, kafka, store }: AnnounceDeps,
  { pipeline, catalog }: { pipeline: string; catalog: string },
): NotifyPorts {
  const keyOf = (name: string): string => `announced/${pipeline}/${name}.json`;
  return {
    query: async (sql) => (await trino.runQuery(sql, { catalog })).rows,
    publish: async (topic, records) => {
      await kafka.ensureTopics([topic]);
      await kafka.publish([{ topic, records }]);
    },
    recall: async (name) => {
      const [found] = await store.list(keyOf(name));
      return found ? JSON.parse((await store.get(found.key)).toString('utf8')) : null;
    },
    keep: async (name, value) => {
      await store.put(keyOf(name), JSON.stringify(value));
    },
  };
}
