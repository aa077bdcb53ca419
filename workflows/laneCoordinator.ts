import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { runIdAt } from '../core/ids';
import { LaneQueue, type LaneInput, type NoTurn, type TurnOutcome } from '../core/lane';
import { Attributes } from '../core/searchAttributes';
import { rejected, rejectUnfit, takeTurn } from './laneTurn';
import { getLaneState, runTurn, withdrawTurn } from './messages';

/** Long enough that runs every five minutes share one lane a day. */
const IDLE_END = '10 minutes';

/**
 * Lets runs that write the same tables take turns: one refine run at a time, operators before live. Started
 * on demand with the first request, ends when idle. It continues as new when the server suggests it (4,096
 * events, or many updates while it is held for days). Queue and hold move with it, and waiting callers ask
 * again there.
 */
export async function laneCoordinator(input: LaneInput): Promise<void> {
  const lane: Lane = {
    queue: new LaneQueue(input.pipeline, input.branch, input.held ?? null, input.continued?.turns),
    outcomes: new Map(),
    ids: new RunIds(input.continued?.lastRunId_ms),
    isMoving: false,
  };
  const { queue, ids } = lane;
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: input.pipeline },
    { key: Attributes.nessieBranch, value: input.branch },
  ]);
  handleMessages(lane);
  if ((await takeTurns(input, lane)) === 'idle') return;
  lane.isMoving = true;
  await condition(allHandlersFinished);
  await continueAsNew<typeof laneCoordinator>({
    ...input,
    held: queue.heldRun(),
    continued: { turns: queue.turnsWithoutCaller(), lastRunId_ms: ids.last_ms },
  });
}

interface Lane {
  queue: LaneQueue;
  /** Of turns that have ended, for the callers that wait. */
  outcomes: Map<string, TurnOutcome | NoTurn>;
  ids: RunIds;
  /** It continues as new: no request is taken any more. */
  isMoving: boolean;
}

function handleMessages(lane: Lane): void {
  const { queue, outcomes, ids } = lane;
  setHandler(getLaneState, () => queue.state());
  setHandler(
    runTurn,
    async (request) => {
      if (lane.isMoving) return { status: 'moved' };
      const turn = queue.add(request, () => ids.next());
      if (request.wait === false) return { status: 'queued', runId: turn.runId };
      await condition(() => lane.isMoving || outcomes.has(turn.runId));
      return outcomes.get(turn.runId) ?? { status: 'moved' };
    },
    { validator: (request) => rejectUnfit(request, queue.heldRun()) },
  );
  setHandler(withdrawTurn, ({ requestId }) => {
    const turn = queue.withdraw(requestId);
    if (turn) outcomes.set(turn.runId, { status: 'withdrawn' });
  });
}

/** One turn after the other, until the lane is idle or its history is long. */
async function takeTurns(input: LaneInput, { queue, outcomes }: Lane): Promise<'idle' | 'long'> {
  for (;;) {
    showState(queue);
    await condition(() => queue.hasNext() || isLong(), queue.heldRun() ? '7 days' : IDLE_END);
    if (isLong()) return 'long';
    const turn = queue.next(new Date().toISOString());
    if (!turn && queue.isIdle() && allHandlersFinished()) return 'idle';
    if (!turn) continue;
    showState(queue);
    const outcome = queue.isAnswered(turn)
      ? rejected(turn, queue.heldRun())
      : await takeTurn(input, turn, queue.heldRun());
    outcomes.set(turn.runId, outcome);
    queue.finish(turn, outcome, new Date().toISOString());
  }
}

function isLong(): boolean {
  return workflowInfo().continueAsNewSuggested;
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
