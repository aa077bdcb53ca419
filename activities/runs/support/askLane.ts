import { WithStartWorkflowOperation, WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { laneWorkflowId, MAIN_BRANCH, TASK_QUEUES } from '../../../core/ids';
import type { LaneInput, NoTurn, TurnOutcome, TurnRequest } from '../../../core/lane';
import { runTurn } from '../../../workflows/messages';

/** The workflow's own type would import every activity. */
type LaneCoordinator = (input: LaneInput) => Promise<void>;

/** A lane that continues as new answers so until its new run has started. */
const MOVED_PAUSE_MS = 200;

/**
 * Starts the lane if it is not running, and follows it when it continues as new; used by activities and the
 * CLI.
 *
 * @throws CancelledFailure when the request was withdrawn
 */
export async function askLane(client: Client, request: TurnRequest, id?: string): Promise<TurnOutcome> {
  const answer = await followLane(client, request, id);
  if (answer.status === 'withdrawn') throw new CancelledFailure('the request was withdrawn before its turn');
  return answer;
}

export async function followLane(
  client: Client,
  request: TurnRequest,
  id?: string,
  signal?: AbortSignal,
): Promise<Exclude<TurnOutcome | NoTurn, { status: 'moved' }>> {
  for (;;) {
    signal?.throwIfAborted();
    const answer = await askLaneOnce(client, request, id);
    if (answer.status !== 'moved') return answer;
    await new Promise((resolve) => setTimeout(resolve, MOVED_PAUSE_MS));
  }
}

async function askLaneOnce(client: Client, request: TurnRequest, id?: string): Promise<TurnOutcome | NoTurn> {
  const branch = request.branch ?? MAIN_BRANCH;
  const startWorkflowOperation = new WithStartWorkflowOperation<LaneCoordinator>('laneCoordinator', {
    workflowId: laneWorkflowId(request.pipeline, branch),
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: request.pipeline, branch }],
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    staticSummary: `Turns of runs that write ${request.pipeline} on ${branch}`,
  });
  return client.workflow.executeUpdateWithStart(runTurn, {
    args: [request],
    updateId: id,
    startWorkflowOperation,
  });
}
