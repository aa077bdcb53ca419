import {
  allHandlersFinished, condition, continueAsNew, executeChild, log, ParentClosePolicy, setCurrentDetails,
  setHandler, setWorkflowOptions, upsertSearchAttributes, workflowInfo,
} from '@temporalio/workflow';
import { RunNotHeldError } from '../core/deadLetters/errors';
import { refineWorkflowId, runIdAt } from '../core/ids';
import { LaneQueue, type QueuedTurn, type TurnOutcome, type TurnRequest } from '../core/lane';
import type { HeldRun, RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { asFailure, rootFailure } from './failures';
import { getLaneState, runTurn } from './messages';
import type { maintainTables } from './maintainTables';
import type { refineBatch } from './refineBatch';

export interface LaneInput {
  pipeline: string;
  branch: string;
  held?: HeldRun | null;
}

/** Long enough that the five-minute rhythm starts one lane a day, not one a run. */
const IDLE_END = '10 minutes';
const RUNS_BEFORE_CONTINUE = 200;

/**
 * Lets runs that write the same tables take turns: one refine run at a time, operators before live.
 * Started on demand with the first request, ends when idle; a hold outlives both ends.
 */
export async function laneCoordinator(input: LaneInput): Promise<void> {
  const lane = new LaneQueue(input.pipeline, input.branch, input.held ?? null);
  const outcomes = new Map<string, TurnOutcome>();
  const ids = runIds();
  upsertSearchAttributes([{ key: Attributes.pipeline, value: input.pipeline }, { key: Attributes.nessieBranch, value: input.branch }]);
  setHandler(getLaneState, () => lane.state());
  setHandler(runTurn, async (request) => {
    const turn = lane.add(request, ids);
    if (request.wait === false) return { status: 'queued', runId: turn.runId };
    await condition(() => outcomes.has(turn.runId));
    return outcomes.get(turn.runId)!;
  }, { validator: (request) => refuseWhenHeld(request, lane.heldRun()) });

  // A queued turn has somebody waiting for it, who would keep this history from ending.
  for (let runs = 0; runs < RUNS_BEFORE_CONTINUE || !lane.isEmpty(); runs += 1) {
    showState(lane);
    if (!(await condition(() => lane.hasNext(), lane.heldRun() ? '7 days' : IDLE_END))) break;
    const turn = lane.next(new Date().toISOString())!;
    showState(lane);
    const outcome = await takeTurn(input, turn);
    outcomes.set(turn.runId, outcome);
    lane.finish(turn, outcome, new Date().toISOString());
  }
  await condition(allHandlersFinished);
  if (lane.heldRun()) await continueAsNew<typeof laneCoordinator>({ ...input, held: lane.heldRun() });
}

/** Who answers a run that does not hold the lane (any more) is told so at once; all other requests may queue up. */
function refuseWhenHeld(request: TurnRequest, held: HeldRun | null): void {
  if (request.decides && request.decides.runId !== held?.runId) throw asFailure(new RunNotHeldError(request.decides.runId, held?.runId ?? null));
}

async function takeTurn(lane: LaneInput, turn: QueuedTurn): Promise<TurnOutcome> {
  const { runId, request, kind } = turn;
  try {
    const result: RefineResult = await executeChild<typeof refineBatch | typeof maintainTables>(request.upkeep ? 'maintainTables' : 'refineBatch', {
      workflowId: refineWorkflowId(lane.pipeline, runId),
      args: [{ ...request, pipeline: lane.pipeline, branch: lane.branch, kind, grantedRunId: runId }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${lane.pipeline}: ${kind} run ${runId}, asked for by ${request.requestedBy}`.slice(0, 200),
    });
    return { status: 'done', runId, result };
  } catch (error) {
    log.warn('refine run failed', { runId, error });
    return { status: 'failed', runId, failure: describeFailure(error) };
  }
}

function describeFailure(error: unknown): Extract<TurnOutcome, { status: 'failed' }>['failure'] {
  const root = rootFailure(error);
  const details = (root?.details?.[0] ?? {}) as Record<string, unknown>;
  const message = root?.message ?? (error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error));
  return { code: root?.type ?? 'RUN_FAILED', message, hint: String(details.hint ?? 'Open the run in the Temporal UI.'), details };
}

/** One id a second at most; a second request within it gets the next second's. */
function runIds(): () => string {
  let last_ms = 0;
  return () => {
    last_ms = Math.max(Date.now(), last_ms + 1000);
    return runIdAt(last_ms);
  };
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
