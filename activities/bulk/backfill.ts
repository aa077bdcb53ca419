import {
  backfillSettings,
  ownGaps,
  type BackfillPlan,
  type BackfillSettings,
  type Completeness,
} from '../../core/backfill';
import type { Config } from '../../settings/config';
import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import { DAY_MS, isoSeconds } from '../../core/interval';
import { pipelineNamed } from '../../pipelines/registry';
import type { PipelineMetrics } from '../metrics';
import { ArchiveReceipts } from './archiveReceipts';
import { BlockedArchives } from './blockedArchives';
import { makePlan, type ComparisonDeps } from './lakeComparison';

export interface BackfillDeps extends ComparisonDeps {
  config: Config;
  metrics: PipelineMetrics;
}

/** The plan's totals; the chunks themselves lie in S3, since a plan of years is too large for a history. */
export interface PlannedBackfill extends Omit<BackfillPlan, 'chunks' | 'blocked'> {
  planUri: string;
  chunks: number;
  archives: number;
  archive_bytes: number;
}

export interface CompletenessReport {
  from: string;
  reports: Record<string, Completeness>;
  /**
   * Whether a backfill is configured and has something to fetch. Records waiting in Kafka are left to the
   * lane.
   */
  backfill: boolean;
  /**
   * Archives left to an operator: their chunk failed a gate in a backfill that was started from here. Absent
   * in histories before 0.2.
   */
  blocked?: string[];
}

/** One chunk of a stored plan. */
export interface ChunkRef {
  planUri: string;
  index: number;
}

export function createBackfillActivities(deps: BackfillDeps) {
  const readChunk = async ({ planUri, index }: ChunkRef): Promise<BackfillPlan['chunks'][number]> =>
    (JSON.parse((await deps.store.getUri(planUri)).toString('utf8')) as BackfillPlan).chunks[index]!;
  return {
    readChunk,

    /** Compares lake, ledger and listings and stores the plan. Writes nothing else. */
    async planBackfillRange({
      settings,
      name,
    }: {
      settings: BackfillSettings;
      name: string;
    }): Promise<PlannedBackfill> {
      const plan = await makePlan(deps, settings);
      const key = `bulk/${settings.pipeline}/${name}/plan.json`;
      await deps.store.put(key, JSON.stringify(plan));
      const archives = plan.chunks.flatMap((chunk) => chunk.archives);
      return {
        reports: plan.reports,
        current: plan.current,
        planUri: deps.store.uri(key),
        chunks: plan.chunks.length,
        archives: archives.length,
        archive_bytes: archives.reduce((sum, { published_bytes }) => sum + (published_bytes ?? 0), 0),
      };
    },

    /**
     * Counts, per report, the intervals missing on main since its first one (at most COMPLETENESS_DAYS back,
     * up to `until`), and sets the metric. Reads only. In an empty lake nothing is missing: an operator
     * decides what it should hold.
     */
    async measureCompleteness({
      pipeline,
      until,
    }: {
      pipeline: string;
      until: string;
    }): Promise<CompletenessReport> {
      const oldest_ms = Date.parse(until) - deps.config.COMPLETENESS_DAYS * DAY_MS;
      const first_ms = await deps.lake.firstInterval(
        catalogOfBranch(MAIN_BRANCH),
        pipelineNamed(pipeline).completeness,
        oldest_ms,
      );
      if (first_ms === null || first_ms >= Date.parse(until))
        return { from: until, reports: {}, backfill: false, blocked: [] };
      const settings = backfillSettings({
        pipeline,
        from: isoSeconds(first_ms),
        to: until,
        leaveBlocked: true,
      });
      const { reports, chunks, current, blocked } = await makePlan(deps, settings);
      for (const [report, counts] of Object.entries(reports)) {
        deps.metrics.setMissing(pipeline, report, {
          lake: ownGaps(counts),
          source: counts.sourceGaps + counts.unavailable,
        });
      }
      return {
        from: settings.from,
        reports,
        backfill: deps.config.COMPLETENESS_BACKFILL && (chunks.length > 0 || current !== null),
        blocked,
      };
    },

    /**
     * Marks a chunk's archives as blocked, after it failed a gate. The same chunk twice leaves the same
     * marks.
     */
    async blockChunk({ pipeline, ...chunk }: ChunkRef & { pipeline: string }): Promise<void> {
      const receipts = new ArchiveReceipts(deps.store, pipeline);
      const blocked = new BlockedArchives(deps.store, pipeline);
      for (const archive of (await readChunk(chunk)).archives) {
        const receipt = await receipts.read(archive);
        if (receipt) await blocked.add(receipt.sha256, archive.name);
      }
    },
  };
}
