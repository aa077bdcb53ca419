import { once } from 'node:events';
import { activityInfo, log } from '@temporalio/activity';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { laneWorkflowId, MAIN_BRANCH } from '../../core/ids';
import type { TurnOutcome, TurnRequest } from '../../core/lane';
import { withdrawTurn } from '../../workflows/messages';
import type { RefineResult } from '../../core/runs';
import { followLane } from './support/askLane';
import { isRunning } from './support/runningWorkflows';
import { updateId } from './support/updateId';

export interface RequestTurnResultDeps {
  client: Client;
  signal(): AbortSignal;
}

export function createRequestTurnResult({ client, signal }: RequestTurnResultDeps) {
  return {
    /**
     * Requests a run and waits for its end. A cancellation before the turn withdraws the request; after it,
     * the run is awaited. An attempt that ends otherwise leaves the turn queued, and the next attempt joins
     * it.
     *
     * @throws the run's own failure, not retryable
     */
    async requestTurnResult(request: TurnRequest): Promise<RefineResult> {
      const outcome = await waitForTurn(client, request, signal()).catch(throwRejection);
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
  };
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

/**
 * Aborted when the attempt must end before its run: worker shutdown, timeout or pause. A cancelled one
 * continues until the lane has answered. The turn is withdrawn when no attempt will ask again: cancelled, or
 * the requesting workflow has ended.
 */
function whenLeaving(client: Client, signal: AbortSignal, asked: () => TurnRequest): AbortSignal {
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
    .signal(withdrawTurn, { requestId })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError))
        log.warn('could not withdraw a turn', { pipeline, branch, requestId, error });
    });
}

/** A lane that rejects a request will reject it again. */
function throwRejection(error: unknown): never {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  throw cause instanceof ApplicationFailure && cause.nonRetryable ? cause : error;
}
