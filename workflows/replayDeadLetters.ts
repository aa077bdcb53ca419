import { CancellationScope, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { ReplayInput, ReplayResult } from '../core/deadLetters/deadLetters';
import { Attributes } from '../core/searchAttributes';
import { failOnUserErrors } from './failures';
import { deciding, download } from './proxyOptions';
import {
  refineAndSettle,
  replayOf,
  settleFailed,
  type Claim,
  type Replay,
  type Republished,
  type Settled,
} from './replaySettling';
import { withSlot } from './slots';

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
    await CancellationScope.nonCancellable(() => settleFailed(replay, claim, sent, error));
    throw error;
  }
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
