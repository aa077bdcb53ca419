import { backfillSettings, ownGaps, type Completeness } from '../../core/backfill';
import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import { DAY_MS, isoSeconds } from '../../core/interval';
import { pipelineNamed } from '../../pipelines/registry';
import type { Config } from '../../settings/config';
import type { PipelineMetrics } from '../metrics';
import { makePlan, type ComparisonDeps } from './support/lakeComparison';

export interface MeasureCompletenessDeps extends ComparisonDeps {
  config: Config;
  metrics: PipelineMetrics;
}

interface MeasureInput {
  pipeline: string;
  /** ISO instant (UTC). */
  until: string;
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

export function createMeasureCompleteness(deps: MeasureCompletenessDeps) {
  return {
    /**
     * Counts, per report, the intervals missing on main since its first one (at most COMPLETENESS_DAYS back,
     * up to `until`), and sets the metric. Reads only. In an empty lake nothing is missing: an operator
     * decides what it should hold.
     */
    async measureCompleteness({ pipeline, until }: MeasureInput): Promise<CompletenessReport> {
      const oldest_ms = Date.parse(until) - deps.config.COMPLETENESS_DAYS * DAY_MS;
      const first_ms = await deps.lake.firstInterval(
        catalogOfBranch(MAIN_BRANCH),
        pipelineNamed(pipeline),
        oldest_ms,
      );
      if (first_ms === null || first_ms >= Date.parse(until))
        return { from: until, reports: {}, backfill: false, blocked: [] };
      return measure(deps, pipeline, isoSeconds(first_ms), until);
    },
  };
}

async function measure(
  deps: MeasureCompletenessDeps,
  pipeline: string,
  first: string,
  until: string,
): Promise<CompletenessReport> {
  const settings = backfillSettings({ pipeline, from: first, to: until, leaveBlocked: true });
  const { reports, chunks, current, blocked } = await makePlan(deps, settings);
  for (const [report, counts] of Object.entries(reports)) {
    const source = counts.sourceGaps + counts.unavailable;
    deps.metrics.setMissing(pipeline, report, { lake: ownGaps(counts), source });
  }
  const hasWork = chunks.length > 0 || current !== null;
  return { from: settings.from, reports, backfill: deps.config.COMPLETENESS_BACKFILL && hasWork, blocked };
}
