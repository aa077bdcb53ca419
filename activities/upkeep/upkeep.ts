import { quoteName } from '../../core/sqlText';
import type { RunRef, TableUpkeep, UpkeepTables } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { openAttempt, runJob } from '../spark/attempt';
import { catalogOf, type SparkDeps } from '../../clients/spark/sparkJob';

export interface UpkeepDeps extends SparkDeps {
  trino: TrinoClient;
}

/**
 * Skips the last hour of the newest partition: the statistics of its small files let live runs skip reading
 * them.
 */
const HOT = { hot_partitions: 1, settled_by: 'trading_interval', settled_minutes: 60 };

export function createUpkeepActivities(deps: UpkeepDeps) {
  return {
    /**
     * Rewrites small files, files with deletes and scattered manifests on a branch of this attempt, and takes
     * old snapshots out of the tables' metadata. Deletes no file. Rows stay unchanged; a table that needs
     * nothing gets no commit. A retry takes over the job of an interrupted attempt, or starts again.
     */
    async rewriteTables(input: RunRef & { baseHash: string; tables?: string[] }): Promise<UpkeepTables> {
      const { pipeline, runId } = input;
      const { outputs } = pipelineNamed(pipeline);
      const attempt = await openAttempt(deps, input);
      const { maintenance } = await runJob(deps, {
        job_id: attempt.jobId('-upkeep'),
        run_id: runId,
        attempt: attempt.number,
        pipeline,
        kind: 'maintain',
        outputs,
        catalog: catalogOf(deps.config, attempt.branch),
        kafka: { bootstrap: '', ranges: [] },
        params: {
          tables: input.tables ?? outputs,
          ...HOT,
          sort_by: ['trading_interval'],
          expire_older_than_hours: deps.config.SNAPSHOT_DAYS * 24,
        },
      });
      return {
        workBranch: attempt.branch,
        headHash: (await deps.nessie.getReference(attempt.branch)).hash,
        tables: maintenance ?? [],
      };
    },

    /** Rows per table as a catalog shows them, from file statistics. */
    async countRows({
      catalog,
      tables,
    }: {
      catalog: string;
      tables: string[];
    }): Promise<Record<string, number>> {
      if (tables.length === 0) return {};
      const selects = tables.map(
        (table) => `select '${table}', count(*) from ${quoteName(catalog)}.${table}`,
      );
      const { rows } = await deps.trino.runQuery(selects.join(' union all '), { catalog });
      return Object.fromEntries(rows.map(([table, count]) => [String(table), Number(count)]));
    },
  };
}

export function rewritten(tables: TableUpkeep[]): TableUpkeep[] {
  return tables.filter(({ action }) => action === 'rewritten');
}
