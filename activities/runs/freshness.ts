import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import type { TableCounts } from '../../core/runs';
import { instantOf } from '../../core/touched';
import { pipelineNamed } from '../../pipelines/registry';
import type { LakeReader } from '../../clients/lake/lakeReader';
import type { PipelineMetrics } from '../metrics';

export interface FreshnessDeps {
  lake: Pick<LakeReader, 'newestIntervals'>;
  metrics: PipelineMetrics;
}

/** The gauge of the freshness of main's tables; it starts empty in each worker. One per process. */
export class Freshness {
  private readonly known = new Set<string>();

  constructor(private readonly deps: FreshnessDeps) {}

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
