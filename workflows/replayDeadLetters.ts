import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { checkedFilter } from '../core/deadLetters/filter';
import {
  DEFAULT_DEAD_LETTER_LIMIT,
  DEFAULT_MAX_ATTEMPTS,
  MOST_DEAD_LETTERS_AT_ONCE,
  type ReplayInput,
  type ReplayResult,
} from '../core/deadLetters/deadLetters';
import { MAIN_BRANCH } from '../core/ids';
import { Attributes } from '../core/searchAttributes';
import { pipelineNamed } from './pipelines';
import { failOnUserErrors, rootFailure } from './failures';
import { deciding, download, waiting } from './proxyOptions';
import { withSlot } from './slots';

/** A run takes millions of records; a lake that is still behind after so many runs does not catch up. */
const RUNS_AT_MOST = 20;

type Claim = Awaited<ReturnType<typeof deciding.claimDeadLetters>>;
type Republished = Awaited<ReturnType<typeof download.republishDeadLetters>>;
type Settled = Awaited<ReturnType<typeof deciding.settleDeadLetters>>;
type Replay = ReturnType<typeof replayOf>;

/**
 * Processes dead letters again: claims those that match, publishes the records that today's rules accept, and
 * requests a refine run. Then it records for each dead letter whether the lake has its record. Replaying
 * repaired dead letters changes nothing. Fails with the lane's own failure when its run does, after the
 * claims are settled.
 */
export async function replayDeadLetters(input: ReplayInput): Promise<ReplayResult> {
  const replay = failOnUserErrors(() => replayOf(input));
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: replay.pipeline },
    { key: Attributes.nessieBranch, value: replay.branch },
  ]);
  const claim = await withSlot(replay.workflowId, (slot) =>
    deciding.claimDeadLetters({ ...replay, slot, decisionId: `${replay.id}/claim` }),
  );
  setCurrentDetails(`${claim.claimed} of ${claim.matching} dead letters claimed`);
  if (claim.claimed === 0) return resultOf(input.dryRun ? 'dry_run' : 'nothing_to_do', claim);
  return replayClaimed(replay, claim);
}

/**
 * @throws CurrentsError for an unknown pipeline or an invalid filter.
 */
function replayOf(input: ReplayInput) {
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

/**
 * Every claim is settled, also after a failure, so that no dead letter stays claimed by a replay that has
 * ended.
 */
async function replayClaimed(replay: Replay, claim: Claim): Promise<ReplayResult> {
  let sent: Republished | null = null;
  try {
    sent = await download.republishDeadLetters({
      ...replay,
      lettersUri: claim.lettersUri,
      decisionId: `${replay.id}/outcomes`,
    });
    setCurrentDetails(
      `${sent.published} of ${claim.claimed} records published, ${sent.refused} rejected again; refining`,
    );
    const { settled, runId } = await refineAndSettle(replay, claim, sent);
    setCurrentDetails(`${settled.repaired} repaired, ${settled.failed} failed`);
    return resultOf('done', claim, sent, settled, runId);
  } catch (error) {
    await CancellationScope.nonCancellable(() => settle(replay, claim, sent, failureOf(error), 'failure'));
    throw error;
  }
}

async function refineAndSettle(
  replay: Replay,
  claim: Claim,
  sent: Republished,
): Promise<{ settled: Settled; runId: string | null }> {
  let runId: string | null = null;
  for (let run = 1; run <= RUNS_AT_MOST; run += 1) {
    if (sent.published > 0) {
      const { pipeline, branch, workflowId } = replay;
      ({ runId } = await waiting.requestTurnResult({
        pipeline,
        branch,
        kind: 'operator',
        requestedBy: workflowId,
      }));
    }
    const settled = await settle(replay, claim, sent, null, `settle-${run}`);
    if (!settled.isBehind) return { settled, runId };
  }
  return {
    settled: await settle(
      replay,
      claim,
      sent,
      { code: 'RUN_FAILED', message: `the lake is behind after ${RUNS_AT_MOST} runs` },
      'behind',
    ),
    runId,
  };
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

function failureOf(error: unknown): { code: string; message: string } {
  const root = rootFailure(error);
  return { code: root?.type ?? 'RUN_FAILED', message: root?.message ?? String(error) };
}

function resultOf(
  status: ReplayResult['status'],
  claim: Claim,
  sent?: Republished,
  settled?: Settled,
  runId: string | null = null,
): ReplayResult {
  const { matching, claimed, exhausted, busy, remaining, byReason } = claim;
  return {
    status,
    matching,
    claimed,
    exhausted,
    busy,
    remaining,
    byReason,
    published: sent?.published ?? 0,
    repaired: settled?.repaired ?? 0,
    failed: settled?.failed ?? 0,
    failures: settled?.failures ?? [],
    runId,
  };
}
