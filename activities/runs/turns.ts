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
    /** Queues a run and returns its id; a plain request joins a run that has not begun. */
    async requestTurn(request: TurnRequest): Promise<{ runId: string }> {
      const outcome = await askLane(client, { ...request, wait: false }, updateId());
      return { runId: outcome.runId };
    },

    /**
     * Asks for a run and waits for its end. Cancelled before its turn it takes the request back; a run under
     * way is waited for. An attempt that ends otherwise leaves the turn in the queue, and the next attempt
     * joins it there.
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
      const slot = await client.workflow.executeUpdateWithStart<
        typeof slotPool,
        string | null,
        [{ holder: string; slotCount: number }]
      >('leaseSlot', {
        args: [{ holder, slotCount }],
        updateId: updateId(),
        startWorkflowOperation,
      });
      return { slot };
    },

    /** Waits for a workflow that somebody else started; its own failure is that one's to report. */
    async awaitWorkflow({ workflowId }: { workflowId: string }): Promise<void> {
      await client.workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined);
    },

    /** Of the workflows named, those that are not running any more. */
    async findEndedWorkflows({ workflowIds }: { workflowIds: string[] }): Promise<{ ended: string[] }> {
      return { ended: await endedOf(client, workflowIds) };
    },

    /** Takes back what a workflow leases of slots; nothing leased is fine. */
    async returnSlot({ holder }: { holder: string }): Promise<void> {
      await releaseSlots(client, holder);
    },
  };
}

/** A lane that moves on answers so until its new history has begun. */
const MOVED_PAUSE_MS = 200;

/**
 * Starts the lane if it is not there, and follows it into its next history; used by activities and by the
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
 * The lane gives a withdrawn id the same answer for ever. Where this attempt was not cancelled (older workers
 * took turns back whenever they stopped) the run is still wanted and asked for by the next id. Each attempt
 * goes through the ids in the same order, and so finds the queued one.
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

/**
 * Aborted when the attempt must end before its run: its worker stops, its time is up, it is paused. A
 * cancelled one goes on until the lane has answered. The turn is taken back when nobody will ask for it
 * again: cancelled, or the asking workflow has ended.
 */
function whenLeaving(client: Client, signal: AbortSignal, asked: () => TurnRequest): AbortSignal {
  const leaving = new AbortController();
  void once(signal, 'abort').then(async () => {
    if (!isCancelled(signal)) leaving.abort(signal.reason);
    if (isCancelled(signal) || (await hasAskerEnded(client))) await withdraw(client, asked());
  });
  return leaving.signal;
}

/** The worker aborts an attempt for other reasons too, and says which by the failure's message. */
function isCancelled({ reason }: AbortSignal): boolean {
  return reason instanceof CancelledFailure && reason.message === 'CANCELLED';
}

/** A turn of which that can't be told stays queued: a run too many does no harm, one too few does. */
async function hasAskerEnded(client: Client): Promise<boolean> {
  const { workflowId, runId } = activityInfo().workflowExecution!;
  return isRunning(client, workflowId, runId).then(
    (is) => !is,
    (error: unknown) => {
      log.warn('could not tell whether a turn is still wanted', { workflowId, runId, error });
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
  return client.workflow.executeUpdateWithStart<typeof laneCoordinator, TurnOutcome | NoTurn, [TurnRequest]>(
    'runTurn',
    {
      args: [request],
      updateId: id,
      startWorkflowOperation,
    },
  );
}

/**
 * Without it a request whose workflow was cancelled would be refined hours later, when a held lane is
 * released.
 */
async function withdraw(
  client: Client,
  { pipeline, branch = MAIN_BRANCH, requestId }: TurnRequest,
): Promise<void> {
  await client.workflow
    .getHandle(laneWorkflowId(pipeline, branch))
    .signal('withdrawTurn', { requestId })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError))
        log.warn('could not withdraw a turn', { pipeline, branch, requestId, error });
    });
}

/** A lane that refuses a request will refuse it again. */
function throwRefusal(error: unknown): never {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  throw cause instanceof ApplicationFailure && cause.nonRetryable ? cause : error;
}

export async function releaseSlots(client: Client, holder: string): Promise<void> {
  const pool = client.workflow.getHandle<typeof slotPool>(SLOT_POOL_ID);
  await pool
    .executeUpdate<void, [{ holder: string }]>('releaseSlot', { args: [{ holder }] })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}

/** A retried activity asks with the same id, so the server gives the first answer again. */
function updateId(): string {
  const { workflowExecution, activityId } = activityInfo();
  return `${workflowExecution!.runId}/${activityId}`;
}
