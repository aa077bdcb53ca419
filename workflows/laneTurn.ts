import { executeChild, log, ParentClosePolicy } from '@temporalio/workflow';
import { DeadLetterDecisionIncompleteError, RunNotHeldError } from '../core/deadLetters/errors';
import { refineWorkflowId } from '../core/ids';
import { grantedWork, type QueuedTurn, type TurnOutcome, type TurnRequest } from '../core/lane';
import type { HeldRun, RefineResult } from '../core/runs';
import { workOf } from '../core/runWork';
import { asFailure, rootFailure } from './failures';
import type { maintainTables } from './maintainTables';
import type { refineBatch } from './refineBatch';

/** Temporal rejects a longer summary. */
const SUMMARY_CHARACTERS_MAX = 200;

/**
 * Rejects at once a decision on a run that does not hold the lane, or one without a reason; all other
 * requests may queue up. Gates can be overridden for a held batch, which an operator has seen fail, or for
 * named landed files, reference tables and gold. They can never be overridden for unread records in Kafka.
 */
export function rejectUnfit(request: TurnRequest, held: HeldRun | null): void {
  const { decides, override } = request;
  const isUnnamed = override !== undefined && !decides && workOf(request).kind === 'records';
  if (isUnnamed || (decides && decides.runId !== held?.runId))
    throw asFailure(new RunNotHeldError(decides?.runId ?? null, held?.runId ?? null));
  if ([decides, override].some((decision) => decision && !decision.reason?.trim()))
    throw asFailure(new DeadLetterDecisionIncompleteError('reason', 'nothing'));
}

/** Two requests may decide one held run; the second was admitted before the first had its turn. */
export function rejected({ runId, request }: QueuedTurn, held: HeldRun | null): TurnOutcome {
  return {
    status: 'failed',
    runId,
    failure: describeFailure(asFailure(new RunNotHeldError(request.decides!.runId, held?.runId ?? null))),
  };
}

export async function takeTurn(
  lane: { pipeline: string; branch: string },
  turn: QueuedTurn,
  held: HeldRun | null,
): Promise<TurnOutcome> {
  const { runId, request, kind } = turn;
  const { pipeline, branch } = lane;
  const work = grantedWork(request, held);
  const summary = `${pipeline}: ${kind} run ${runId}, requested by ${request.requestedBy}`;
  try {
    const result: RefineResult = await executeChild<typeof refineBatch | typeof maintainTables>(
      work.kind === 'upkeep' ? 'maintainTables' : 'refineBatch',
      {
        workflowId: refineWorkflowId(pipeline, runId),
        args: [{ ...request, work, pipeline, branch, kind, grantedRunId: runId }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: summary.slice(0, SUMMARY_CHARACTERS_MAX),
      },
    );
    return { status: 'done', runId, result };
  } catch (error) {
    log.warn('refine run failed', { runId, error });
    return { status: 'failed', runId, failure: describeFailure(error) };
  }
}

function describeFailure(error: unknown): Extract<TurnOutcome, { status: 'failed' }>['failure'] {
  const root = rootFailure(error);
  const details = (root?.details?.[0] ?? {}) as Record<string, unknown>;
  return {
    code: root?.type ?? 'RUN_FAILED',
    message: root?.message ?? messageOf(error),
    hint: String(details.hint ?? 'Open the run in the Temporal UI.'),
    details,
  };
}

/** Temporal's own failures say what happened in their cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
