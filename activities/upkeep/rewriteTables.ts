import type { Pipeline } from '../../core/pipeline';
import type { RunRef, UpkeepTables } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import { openAttempt } from '../spark/support/attempt';
import { runJob } from '../spark/support/runJob';
import { catalogOf, type SparkDeps } from '../../clients/spark/sparkJob';

/**
 * Skips the last hour of the newest partition: the statistics of its small files let live runs skip reading
 * them.
 */
const HOT = { hot_partitions: 1, settled_minutes: 60 };

export function createRewriteTables(deps: SparkDeps) {
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
          time_columns: timeColumns(pipelineNamed(pipeline)),
          expire_older_than_hours: deps.config.SNAPSHOT_DAYS * 24,
        },
      });
      return {
        workBranch: attempt.branch,
        headHash: (await deps.nessie.getReference(attempt.branch)).hash,
        tables: maintenance ?? [],
      };
    },
  };
}

/** By table; the others are not sorted, and have no hot partition. */
function timeColumns({ feeds, tables }: Pipeline): Record<string, string> {
  const named = [...feeds.map(({ bronze, time }) => ({ name: bronze, time })), ...tables];
  return Object.fromEntries(named.flatMap(({ name, time }) => (time ? [[name, time.column]] : [])));
}
