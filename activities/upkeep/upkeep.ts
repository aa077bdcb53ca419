import { activityInfo } from '@temporalio/activity';
import { workBranch } from '../../core/ids';
import { quoteName } from '../../core/sqlText';
import type { RunRef, TableUpkeep, UpkeepTables } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { resetBranch } from '../runs/branchMoves';
import { awaitJob } from '../spark/awaitJob';
import type { SparkDeps } from '../spark/refineTables';
import { catalogOf } from '../spark/sparkJob';

export interface UpkeepDeps extends SparkDeps {
  trino: TrinoClient;
}

/** The newest partition is left alone: live runs prove by the statistics of its small files that nothing has to be read. */
const HOT_PARTITIONS = 1;

export function createUpkeepActivities(deps: UpkeepDeps) {
  return {
    /**
     * Rewrites small files, files with deletes and scattered manifests on a branch of this attempt, and takes old
     * snapshots out of the tables' metadata. Deletes no file. Rows stay as they are; a table that is well gets no commit.
     */
    async rewriteTables(input: RunRef & { baseHash: string; tables?: string[] }): Promise<UpkeepTables> {
      const { pipeline, runId, baseHash, branch } = input;
      const { attempt } = activityInfo();
      const work = workBranch(pipeline, runId, attempt);
      await resetBranch(deps.nessie, work, { name: branch, hash: baseHash });
      const jobId = `${pipeline}-${runId}-${baseHash.slice(0, 8)}-upkeep-a${attempt}`;
      await deps.spark.submit({
        job_id: jobId, run_id: runId, attempt, pipeline, kind: 'maintain', catalog: catalogOf(deps.config, work), kafka: { bootstrap: '', ranges: [] },
        params: {
          tables: input.tables ?? pipelineNamed(pipeline).outputs, hot_partitions: HOT_PARTITIONS, sort_by: ['trading_interval'],
          expire_older_than_hours: deps.config.SNAPSHOT_DAYS * 24,
        },
      });
      const { maintenance } = await awaitJob(deps, jobId);
      return { workBranch: work, headHash: (await deps.nessie.getReference(work)).hash, tables: maintenance ?? [] };
    },

    /** Rows per table as a catalog shows them, from file statistics. */
    async countRows({ catalog, tables }: { catalog: string; tables: string[] }): Promise<Record<string, number>> {
      if (tables.length === 0) return {};
      const selects = tables.map((table) => `select '${table}', count(*) from ${quoteName(catalog)}.${table}`);
      const { rows } = await deps.trino.runQuery(selects.join(' union all '), { catalog });
      return Object.fromEntries(rows.map(([table, count]) => [String(table), Number(count)]));
    },
  };
}

export function rewritten(tables: TableUpkeep[]): TableUpkeep[] {
  return tables.filter(({ action }) => action === 'rewritten');
}
