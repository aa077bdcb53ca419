import { once } from 'node:events';
import { activityInfo, log } from '@temporalio/activity';
import {
  WithStartWorkflowOperation,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { laneWorkflowId, MAIN_BRANCH, SLOT_POOL_ID, TASK_QUEUES } from '../../core/ids';
import type { NoTurn, TurnOutcome, TurnRequest } from '../../core/lane';
import type { RefineResult } from '../../core/runs';
import type { laneCoordinator } from '../../workflows/laneCoordinator';
import { leaseSlot, releaseSlot, runTurn, withdrawTurn } from '../../workflows/messages';
import type { slotPool } from '../../workflows/slotPool';
import { endedOf, isRunning } from './runningWorkflows';

export interface TurnDeps {
  client: Client;
  slotCount: number;
  signal(): AbortSignal;
}

/** Calls from one workflow to another: lanes, slots and runs under way. All are idempotent by update id. */
export function createTurnActivities({ client, slotCount, signal }: TurnDeps) {
  return {
    /** Queues a run and returns its id; a plain request joins a run that has not started. */
    async requestTurn(request: TurnRequest): Promise<{ runId: string }> {
      const outcome = await askLane(client, { ...request, wait: false }, updateId());
      return { runId: outcome.runId };
    },

    /**
     * Requests a run and waits for its end. A cancellation before the turn withdraws the request; after it,
     * the run is awaited. An attempt that ends otherwise leaves the turn queued, and the next attempt joins
     * it.
     *
     * @throws the run's own failure, not retryable
     */
    async requestTurnResult(request: TurnRequest): Promise<RefineResult> {
      const outcome = await waitForTurn(client, request, signal()).catch(throwRefusal);
      if (outcome.status === 'done') return outcome.result;
      if (outcome.status === 'queued')
        throw new Error(`expected run ${outcome.runId} to have ended, found it queued`);
      const { code, message, hint, details } = outcome.failure;
      throw ApplicationFailure.create({
        type: code,
        message,
        nonRetryable: true,
        details: [{ ...details, code, hint, runId: outcome.runId }],
      });
    },

    async leaseSlot({ holder }: { holder: string }): Promise<{ slot: string | null }> {
      const startWorkflowOperation = new WithStartWorkflowOperation<typeof slotPool>('slotPool', {
        workflowId: SLOT_POOL_ID,
        taskQueue: TASK_QUEUES.control,
        args: [{}],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        staticSummary: 'Leases of slots, the branches runs work on',
      });
      const slot = await client.workflow.executeUpdateWithStart(leaseSlot, {
        args: [{ holder, slotCount }],
        updateId: updateId(),
        startWorkflowOperation,
      });
      return { slot };
    },

    /** Waits for a workflow with another parent; that workflow reports its own failure. */
    async awaitWorkflow({ workflowId }: { workflowId: string }): Promise<void> {
      await client.workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined);
    },

    /** The named workflows that are no longer running. */
    async findEndedWorkflows({ workflowIds }: { workflowIds: string[] }): Promise<{ ended: string[] }> {
      return { ended: await endedOf(client, workflowIds) };
    },

    /** Releases a workflow's slot leases; having none is fine. */
    async returnSlot({ holder }: { holder: string }): Promise<void> {
      await releaseSlots(client, holder);
    },
  };
}

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

/**
 * The lane always gives a withdrawn id the same answer. If this attempt was not cancelled (older workers
 * withdrew turns whenever they stopped), the run is still wanted and requested with the next id. Each attempt
 * tries the ids in the same order, and so finds the queued one.
 */
async function waitForTurn(client: Client, request: TurnRequest, signal: AbortSignal): Promise<TurnOutcome> {
  let requestId = updateId();
  const leaving = whenLeaving(client, signal, () => ({ ...request, requestId }));
  for (let again = 1; ; again += 1) {
    const asking = client.withAbortSignal(leaving, () =>
      followLane(client, { ...request, wait: true, requestId }, requestId, signal),
    );
    const answer = await Promise.race([asking, rejected(leaving)]);
    if (answer.status !== 'withdrawn') return answer;
    signal.throwIfAborted();
    requestId = `${updateId()}/${again}`;
  }
}

/** A request that can be withdrawn, because it has an id. */
type NamedRequest = TurnRequest & { requestId: string };

/**
 * Aborted when the attempt must end before its run: worker shutdown, timeout or pause. A cancelled one
 * continues until the lane has answered. The turn is withdrawn when no attempt will ask again: cancelled, or
 * the requesting workflow has ended.
 */
function whenLeaving(client: Client, signal: AbortSignal, asked: () => NamedRequest): AbortSignal {
  const leaving = new AbortController();
  void once(signal, 'abort').then(async () => {
    if (!isCancelled(signal)) leaving.abort(signal.reason);
    if (isCancelled(signal) || (await hasAskerEnded(client))) await withdraw(client, asked());
  });
  return leaving.signal;
}

/** The worker aborts an attempt for other reasons too; the failure's message names the reason. */
function isCancelled({ reason }: AbortSignal): boolean {
  return reason instanceof CancelledFailure && reason.message === 'CANCELLED';
}

/** In doubt the turn stays queued: an extra run does no harm, a missing one does. */
async function hasAskerEnded(client: Client): Promise<boolean> {
  const { workflowId, runId } = activityInfo().workflowExecution!;
  return isRunning(client, workflowId, runId).then(
    (is) => !is,
    (error: unknown) => {
      log.warn('could not find out whether a turn is still wanted', { workflowId, runId, error });
      return false;
    },
  );
}

async function rejected(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

async function followLane(
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
  const startWorkflowOperation = new WithStartWorkflowOperation<typeof laneCoordinator>('laneCoordinator', {
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

/**
 * Without it a request whose workflow was cancelled would be refined hours later, when a held lane is
 * released.
 */
async function withdraw(
  client: Client,
  { pipeline, branch = MAIN_BRANCH, requestId }: NamedRequest,
): Promise<void> {
  await client.workflow
    .getHandle(laneWorkflowId(pipeline, branch))
    .signal(withdrawTurn, { requestId })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError))
        log.warn('could not withdraw a turn', { pipeline, branch, requestId, error });
    });
}

/** A lane that rejects a request will reject it again. */
function throwRefusal(error: unknown): never {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  throw cause instanceof ApplicationFailure && cause.nonRetryable ? cause : error;
}

export async function releaseSlots(client: Client, holder: string): Promise<void> {
  const pool = client.workflow.getHandle<typeof slotPool>(SLOT_POOL_ID);
  await pool.executeUpdate(releaseSlot, { args: [{ holder }] }).catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}

/** A retried activity uses the same update id, so the server returns the first answer. */
function updateId(): string {
  const { workflowExecution, activityId } = activityInfo();
  return `${workflowExecution!.runId}/${activityId}`;
}
