import {
  allHandlersFinished,
  condition,
  continueAsNew,
  executeChild,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { DeadLetterDecisionIncompleteError, RunNotHeldError } from '../core/deadLetters/errors';
import { refineWorkflowId, runIdAt } from '../core/ids';
import {
  grantedWork,
  LaneQueue,
  type LaneInput,
  type NoTurn,
  type QueuedTurn,
  type TurnOutcome,
  type TurnRequest,
} from '../core/lane';
import { workOf } from '../core/runWork';
import type { HeldRun, RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { asFailure, rootFailure } from './failures';
import { getLaneState, runTurn, withdrawTurn } from './messages';
import type { maintainTables } from './maintainTables';
import type { refineBatch } from './refineBatch';

/** Long enough that runs every five minutes share one lane a day. */
const IDLE_END = '10 minutes';

/**
 * Lets runs that write the same tables take turns: one refine run at a time, operators before live. Started
 * on demand with the first request, ends when idle. It continues as new when the server suggests it (4,096
 * events, or many updates while it is held for days). Queue and hold move with it, and waiting callers ask
 * again there.
 */
export async function laneCoordinator(input: LaneInput): Promise<void> {
  const lane = new LaneQueue(input.pipeline, input.branch, input.held ?? null, input.continued?.turns);
  const outcomes = new Map<string, TurnOutcome | NoTurn>();
  const ids = new RunIds(input.continued?.lastRunId_ms);
  let isMoving = false;
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: input.pipeline },
    { key: Attributes.nessieBranch, value: input.branch },
  ]);
  setHandler(getLaneState, () => lane.state());
  setHandler(
    runTurn,
    async (request) => {
      if (isMoving) return { status: 'moved' };
      const turn = lane.add(request, () => ids.next());
      if (request.wait === false) return { status: 'queued', runId: turn.runId };
      await condition(() => isMoving || outcomes.has(turn.runId));
      return outcomes.get(turn.runId) ?? { status: 'moved' };
    },
    { validator: (request) => refuseUnfit(request, lane.heldRun()) },
  );
  setHandler(withdrawTurn, ({ requestId }) => {
    const turn = lane.withdraw(requestId);
    if (turn) outcomes.set(turn.runId, { status: 'withdrawn' });
  });

  for (;;) {
    showState(lane);
    await condition(() => lane.hasNext() || isLong(), lane.heldRun() ? '7 days' : IDLE_END);
    if (isLong()) break;
    const turn = lane.next(new Date().toISOString());
    if (!turn && lane.isIdle() && allHandlersFinished()) return;
    if (!turn) continue;
    showState(lane);
    const outcome = lane.isAnswered(turn)
      ? refused(turn, lane.heldRun())
      : await takeTurn(input, turn, lane.heldRun());
    outcomes.set(turn.runId, outcome);
    lane.finish(turn, outcome, new Date().toISOString());
  }
  isMoving = true;
  await condition(allHandlersFinished);
  await continueAsNew<typeof laneCoordinator>({
    ...input,
    held: lane.heldRun(),
    continued: { turns: lane.unattended(), lastRunId_ms: ids.last_ms },
  });
}

function isLong(): boolean {
  return workflowInfo().continueAsNewSuggested;
}

/**
 * Rejects at once a decision on a run that does not hold the lane, or one without a reason; all other
 * requests may queue up. Gates can be overridden for a batch that failed them before an operator's eyes, or
 * for named landed files, reference tables and gold. They can never be overridden for unread records in
 * Kafka.
 */
function refuseUnfit(request: TurnRequest, held: HeldRun | null): void {
  const { decides, override } = request;
  const isUnnamed = override !== undefined && !decides && workOf(request).kind === 'records';
  if (isUnnamed || (decides && decides.runId !== held?.runId))
    throw asFailure(new RunNotHeldError(decides?.runId ?? null, held?.runId ?? null));
  if ([decides, override].some((decision) => decision && !decision.reason?.trim()))
    throw asFailure(new DeadLetterDecisionIncompleteError('reason', 'nothing'));
}

/** Two requests may decide one held run; the second was admitted before the first had its turn. */
function refused({ runId, request }: QueuedTurn, held: HeldRun | null): TurnOutcome {
  return {
    status: 'failed',
    runId,
    failure: describeFailure(asFailure(new RunNotHeldError(request.decides!.runId, held?.runId ?? null))),
  };
}

async function takeTurn(lane: LaneInput, turn: QueuedTurn, held: HeldRun | null): Promise<TurnOutcome> {
  const { runId, request, kind } = turn;
  const work = grantedWork(request, held);
  try {
    const result: RefineResult = await executeChild<typeof refineBatch | typeof maintainTables>(
      work.kind === 'upkeep' ? 'maintainTables' : 'refineBatch',
      {
        workflowId: refineWorkflowId(lane.pipeline, runId),
        args: [
          {
            ...request,
            work,
            pipeline: lane.pipeline,
            branch: lane.branch,
            kind,
            grantedRunId: runId,
          },
        ],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `${lane.pipeline}: ${kind} run ${runId}, asked for by ${request.requestedBy}`.slice(
          0,
          200,
        ),
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
  const message =
    root?.message ??
    (error instanceof Error
      ? error.cause instanceof Error
        ? error.cause.message
        : error.message
      : String(error));
  return {
    code: root?.type ?? 'RUN_FAILED',
    message,
    hint: String(details.hint ?? 'Open the run in the Temporal UI.'),
    details,
  };
}

/** One id a second at most; a second request within it gets the next second's. */
class RunIds {
  constructor(public last_ms = 0) {}

  next(): string {
    this.last_ms = Math.max(Date.now(), this.last_ms + 1000);
    return runIdAt(this.last_ms);
  }
}

function showState(lane: LaneQueue): void {
  const { running, queued, held } = lane.state();
  const lines = [
    `**running**: ${running ? `${running.runId} (${running.kind})` : 'nothing'}`,
    `**queued**: ${queued.map(({ runId, kind }) => `${runId} (${kind})`).join(', ') || 'nothing'}`,
    held ? `**held** by ${held.runId}: ${held.message}` : '**held**: no',
  ];
  setCurrentDetails(`${lines.join('\n\n')}\n\n${workflowInfo().workflowId}`);
}

/** It outlives releases, so it moves to a new worker version at its next step; replay tests guard that. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, laneCoordinator);
