import type { Client } from '@temporalio/client';
import { refineWorkflowId, runIdAt, type RunIdentity } from '../../../core/ids';
import type { NessieClient } from '../../../nessie/client';
import { NessieConflictError } from '../../../nessie/errors';
import type { Reference } from '../../../nessie/model';
import { dropBranch } from '../../../nessie/branchMoves';
import { endedOf } from '../../runs/support/runningWorkflows';

/**
 * Branches a run writes to, by pipeline and run id; those under `evidence/` were made by earlier versions.
 */
const RUN_BRANCH = /^(?:work|evidence)\/([^/]+)\/(\d{8}T\d{6}Z)(?:\/|$)/;

/**
 * Branches that no run will drop: the run began before `before_ms`, and its workflow has ended or is unknown
 * to Temporal. Runs drop their own when they end; one that was terminated, or lost with Temporal's database,
 * could not.
 */
export async function findInterruptedBranches(
  { nessie, client }: { nessie: NessieClient; client: Client },
  before_ms: number,
): Promise<Reference[]> {
  const branches = (await nessie.listReferences('')).filter(
    ({ type, name }) => type === 'BRANCH' && isOlder(runOf(name)?.runId, before_ms),
  );
  const workflowOf = ({ name }: Reference): string => {
    const { pipeline, runId } = runOf(name)!;
    return refineWorkflowId(pipeline, runId);
  };
  const ended = new Set(await endedOf(client, [...new Set(branches.map(workflowOf))]));
  return branches.filter((branch) => ended.has(workflowOf(branch)));
}

/** Safe to repeat. A branch that has moved since still has a writer, and is kept for the next upkeep. */
export async function dropBranches(nessie: NessieClient, branches: Reference[]): Promise<void> {
  for (const branch of branches) await dropBranch(nessie, branch).catch(ignoreMoved);
}

function runOf(branch: string): RunIdentity | undefined {
  const [, pipeline, runId] = RUN_BRANCH.exec(branch) ?? [];
  return pipeline === undefined || runId === undefined ? undefined : { pipeline, runId };
}

/** Run ids sort by time. */
function isOlder(runId: string | undefined, before_ms: number): boolean {
  return runId !== undefined && runId < runIdAt(before_ms);
}

function ignoreMoved(error: unknown): void {
  if (!(error instanceof NessieConflictError)) throw error;
}
