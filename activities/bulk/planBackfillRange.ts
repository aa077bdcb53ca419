import type { BackfillPlan, BackfillSettings } from '../../core/backfill';
import { makePlan, type ComparisonDeps } from './support/lakeComparison';

/** The plan's totals; the chunks themselves lie in S3, since a plan of years is too large for a history. */
export interface PlannedBackfill extends Omit<BackfillPlan, 'chunks' | 'blocked'> {
  planUri: string;
  chunks: number;
  archives: number;
  archive_bytes: number;
}

export function createPlanBackfillRange(deps: ComparisonDeps) {
  return {
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
  };
}
