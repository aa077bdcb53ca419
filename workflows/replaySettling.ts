import { workflowInfo } from '@temporalio/workflow';
import { checkedFilter } from '../core/deadLetters/filter';
import {
  DEFAULT_DEAD_LETTER_LIMIT,
  DEFAULT_MAX_ATTEMPTS,
  MOST_DEAD_LETTERS_AT_ONCE,
  type ReplayInput,
} from '../core/deadLetters/deadLetters';
import { MAIN_BRANCH } from '../core/ids';
import { rootFailure } from './failures';
import { pipelineNamed } from './pipelines';
import { deciding, waiting, type download } from './proxyOptions';
import { withSlot } from './slots';

/** A run takes millions of records; a lake that is still behind after so many runs does not catch up. */
const RUNS_AT_MOST = 20;
const BEHIND = { code: 'RUN_FAILED', message: `the lake is behind after ${RUNS_AT_MOST} runs` };

export type Claim = Awaited<ReturnType<typeof deciding.claimDeadLetters>>;
export type Republished = Awaited<ReturnType<typeof download.republishDeadLetters>>;
export type Settled = Awaited<ReturnType<typeof deciding.settleDeadLetters>>;
export type Replay = ReturnType<typeof replayOf>;

/**
 * The input with its defaults.
 *
 * @throws CurrentsError for an unknown pipeline or an invalid filter.
 */
export function replayOf(input: ReplayInput) {
  const { workflowId, runId } = workflowInfo();
  const {
    pipeline,
    branch = MAIN_BRANCH,
    filter = {},
    limit = DEFAULT_DEAD_LETTER_LIMIT,
    maxAttempts = DEFAULT_MAX_ATTEMPTS,
    dryRun = false,
    requestedBy = workflowId,
    reason = '',
  } = input;
  pipelineNamed(pipeline);
  return {
    pipeline,
    branch,
    filter: checkedFilter(filter),
    limit: Math.min(limit, MOST_DEAD_LETTERS_AT_ONCE),
    maxAttempts,
    dryRun,
    requestedBy,
    reason,
    workflowId,
    id: `${workflowId}/${runId}`,
  };
}

/** Refines until the lake has read all published records, then records every outcome. */
export async function refineAndSettle(
  replay: Replay,
  claim: Claim,
  sent: Republished,
): Promise<{ settled: Settled; runId: string | null }> {
  let runId: string | null = null;
  for (let run = 1; run <= RUNS_AT_MOST; run += 1) {
    if (sent.published > 0) runId = await refine(replay);
    const settled = await settle(replay, claim, sent, null, `settle-${run}`);
    if (!settled.isBehind) return { settled, runId };
  }
  return { settled: await settle(replay, claim, sent, BEHIND, 'behind'), runId };
}

async function refine({ pipeline, branch, workflowId: requestedBy }: Replay): Promise<string> {
  const run = await waiting.requestTurnResult({ pipeline, branch, kind: 'operator', requestedBy });
  return run.runId;
}

/** After a failure every claim gets it as its outcome, whatever was published. */
export async function settleFailed(
  replay: Replay,
  claim: Claim,
  sent: Republished | null,
  error: unknown,
): Promise<void> {
  const root = rootFailure(error);
  const failure = { code: root?.type ?? 'RUN_FAILED', message: root?.message ?? String(error) };
  await settle(replay, claim, sent, failure, 'failure');
}

function settle(
  replay: Replay,
  claim: Claim,
  sent: Republished | null,
  failure: { code: string; message: string } | null,
  step: string,
): Promise<Settled> {
  return withSlot(replay.workflowId, (slot) =>
    deciding.settleDeadLetters({
      ...replay,
      slot,
      decisionId: `${replay.id}/${step}`,
      lettersUri: claim.lettersUri,
      outcomesUri: sent?.outcomesUri ?? null,
      marks: sent?.marks ?? [],
      failure,
    }),
  );
}
