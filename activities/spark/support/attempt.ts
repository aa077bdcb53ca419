import { createHash } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import { workBranch } from '../../../core/ids';
import type { RunRef } from '../../../core/steps';
import { resetBranch } from '../../../nessie/branchMoves';
import type { SparkDeps, SparkRunner } from '../../../clients/spark/sparkJob';

/** Names of an attempt's job and branch, unique over all attempts. */
export interface Attempt {
  number: number;
  /** Branch it writes to. */
  branch: string;
  /**
   * @param suffix distinguishes jobs of one attempt, and marks jobs of a runner
   */
  jobId(suffix?: string): string;
}

/**
 * This attempt, or an earlier one of the same activity by its number. Run id and number are not enough: a
 * batch taken again, a replayed merge and a workflow reset are new activities of the run, numbered from 1. A
 * runner that knows the job would not run it, and the recreated branch would stay empty.
 */
export function attemptOf(
  { pipeline, runId }: Pick<RunRef, 'pipeline' | 'runId'>,
  number = activityInfo().attempt,
): Attempt {
  const { workflowExecution, activityId } = activityInfo();
  const activity = createHash('sha256')
    .update(`${workflowExecution?.runId}/${activityId}`)
    .digest('hex')
    .slice(0, 8);
  return {
    number,
    branch: workBranch(pipeline, runId, `${activity}-${number}`),
    jobId: (suffix = '') => `${pipeline}-${runId}-${activity}${suffix}-a${number}`,
  };
}

/**
 * Reuses the Spark job of an interrupted earlier attempt if it is still running or has succeeded. Otherwise
 * starts a new attempt on a branch recreated at the base, so that no half-written data survives.
 */
export async function openAttempt(
  { nessie, spark }: Pick<SparkDeps, 'nessie' | 'spark'>,
  run: RunRef & { baseHash: string },
): Promise<Attempt> {
  const earlier = await interruptedAttempt(spark, activityInfo().heartbeatDetails);
  const attempt = attemptOf(run, earlier);
  if (earlier === undefined)
    await resetBranch(nessie, attempt.branch, { name: run.branch, hash: run.baseHash });
  return attempt;
}

/**
 * @param jobId the last heartbeat of the attempt before: the job it waited for
 */
async function interruptedAttempt(spark: SparkRunner, jobId: unknown): Promise<number | undefined> {
  if (typeof jobId !== 'string') return undefined;
  const state = await spark.progress(jobId);
  const isLost = !state || state.status === 'failed' || state.status === 'cancelled';
  return isLost ? undefined : Number(jobId.slice(jobId.lastIndexOf('-a') + 2));
}
