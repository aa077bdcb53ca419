import { workflowInfo } from '@temporalio/workflow';
import type { TableReport } from '../activities/branches/support/branchReport';
import type { BranchWork } from '../core/branches/featureBranch';
import { isoSeconds } from '../core/interval';
import type { RefineResult } from '../core/runs';
import { rootFailure } from './failures';
import { failureText, type FeatureBranchLife } from './featureBranchLife';
import type { BranchRun } from './featureBranchState';
import { deciding, quick, waiting } from './proxyOptions';

export interface BranchRunRequest {
  pipeline: string;
  work: BranchWork;
}

/** One run on the branch and, when it has changed something, what now differs from main. */
export function runAndCompare(life: FeatureBranchLife, request: BranchRunRequest): Promise<BranchRun> {
  return life.step('run', async () => {
    const run = await runOnce(life, request);
    life.ran(run);
    if (run.status === 'merged') await compare(life);
    return run;
  });
}

async function runOnce(life: FeatureBranchLife, request: BranchRunRequest): Promise<BranchRun> {
  const { pipeline, work } = request;
  try {
    const result = await waiting.requestTurnResult({
      pipeline,
      branch: life.branch,
      kind: 'operator',
      work,
      requestedBy: workflowInfo().workflowId,
    });
    return merged(pipeline, result);
  } catch (error) {
    life.ran(failed(pipeline, error));
    throw error;
  }
}

function merged(pipeline: string, { status, runId, records, deadLetters }: RefineResult): BranchRun {
  const counts = { records, dead_letters: deadLetters };
  return { pipeline, status, run_id: runId, ...counts, failure: null, ended_at: now() };
}

function failed(pipeline: string, error: unknown): BranchRun {
  const { runId } = (rootFailure(error)?.details?.[0] ?? {}) as { runId?: unknown };
  return {
    pipeline,
    status: 'failed',
    run_id: typeof runId === 'string' ? runId : null,
    records: 0,
    dead_letters: 0,
    failure: failureText(error),
    ended_at: now(),
  };
}

function now(): string {
  return isoSeconds(Date.now());
}

export async function compare(life: FeatureBranchLife): Promise<TableReport[]> {
  const changes = await deciding.compareFeatureBranch({ branch: life.branch });
  life.compared(changes);
  return changes;
}

/** The merge is kept when the branch cannot be dropped; a repeated `promote` then only drops it. */
export function promote(life: FeatureBranchLife, keep: boolean): Promise<{ merge_hash: string | null }> {
  return life.step('promote', async () => {
    const { mergeHash } = await quick.promoteFeatureBranch({ branch: life.branch });
    life.promoted(mergeHash);
    if (!keep) await drop(life, 'promoted');
    return { merge_hash: mergeHash };
  });
}

export async function drop(
  life: FeatureBranchLife,
  status: 'promoted' | 'dropped' | 'expired',
): Promise<{ hash: string | null }> {
  await quick.endLanes({ branch: life.branch });
  const { hash } = await deciding.dropFeatureBranch({ branch: life.branch });
  life.ended(status, hash);
  return { hash };
}
