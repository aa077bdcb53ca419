import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import type { NotifyPorts } from '../../core/notifications';
import type { TableCounts } from '../../core/runs';
import type { AuditResult, RunRef, Touched } from '../../core/steps';
import { instantOf, touchedOf } from '../../core/touched';
import { pipelineCode, pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import type { LakeReader } from '../../clients/lake/lakeReader';
import type { DbtDocs } from '../../clients/dbt/dbtDocs';
import type { KafkaPort } from '../../clients/kafka/kafka';
import type { ObjectStore } from '../../clients/s3/objectStore';
import type { PipelineMetrics } from '../metrics';

export interface AnnounceRunDeps {
  lake: Pick<LakeReader, 'newestIntervals'>;
  metrics: PipelineMetrics;
  trino: TrinoClient;
  kafka: KafkaPort;
  store: ObjectStore;
  dbtDocs: Pick<DbtDocs, 'refreshLater'>;
}

export interface AnnounceInput extends RunRef, Touched {
  counts: TableCounts[];
  mergeHash: string;
  audits: AuditResult[];
}

export function createAnnounceRun(deps: AnnounceRunDeps) {
  const freshness = new Freshness(deps);
  return {
    /**
     * Counts a merge and lets the pipeline's own code notify consumers of main's new state. The published
     * messages are kept in S3, so that a repeat publishes nothing.
     */
    async announceRun(input: AnnounceInput): Promise<{ messages: number }> {
      const { pipeline, branch, counts, mergeHash } = input;
      deps.metrics.countRun(pipeline, 'merged', counts, input.audits);
      const definition = pipelineNamed(pipeline);
      // A run of gold alone touches no time, and is how changed models reach main.
      if (branch === MAIN_BRANCH && definition.gold.dbtSelect.length > 0) deps.dbtDocs.refreshLater();
      const touched = touchedOf(input, definition);
      if (touched.length === 0 || branch !== MAIN_BRANCH) return { messages: 0 };
      await freshness.raise(pipeline, counts);
      const catalog = catalogOfBranch(branch);
      const notice = { pipeline, catalog, touched, mergeHash };
      return { messages: (await pipelineCode(pipeline).notify?.(notice, portsOf(deps, notice))) ?? 0 };
    },
  };
}

function portsOf(
  { trino, kafka, store }: AnnounceRunDeps,
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

/** The gauge of the freshness of main's tables; it starts empty in each worker. One per process. */
class Freshness {
  private readonly known = new Set<string>();

  constructor(private readonly deps: Pick<AnnounceRunDeps, 'lake' | 'metrics'>) {}

  /**
   * Records what a run has merged into main. A worker's first merge may be an old chunk of a backfill, so it
   * reads the lake's newest intervals first. If that fails, nothing is shown and the next merge retries.
   */
  async raise(pipeline: string, counts: TableCounts[]): Promise<void> {
    if (!this.known.has(pipeline)) await this.raiseFromLake(pipeline);
    for (const { table_name, interval_max } of counts)
      if (interval_max) this.show(pipeline, table_name, interval_max);
  }

  private async raiseFromLake(pipeline: string): Promise<void> {
    const newest = await this.deps.lake.newestIntervals(catalogOfBranch(MAIN_BRANCH), pipeline);
    for (const [table, stamp] of newest) this.show(pipeline, table, stamp);
    this.known.add(pipeline);
  }

  /** The stamp is in the pipeline's clock. */
  private show(pipeline: string, table: string, stamp: string): void {
    this.deps.metrics.raiseNewest(pipeline, table, instantOf(stamp, pipelineNamed(pipeline).time));
  }
}
