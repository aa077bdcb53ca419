import type { Client } from '@temporalio/client';
import { LaneHeldError } from '../../core/deadLetters/errors';
import { checkedFilter } from '../../core/deadLetters/filter';
import type { ClaimedDeadLetter, DeadLetterEvent, ReplayResult } from '../../core/deadLetters/deadLetters';
import { quoteText } from '../../core/sqlText';
import { pipelineNamed } from '../../pipelines/registry';
import { endedOf, readHeldRun } from '../runs/support/runningWorkflows';
import { DeadLetterReader, type DeadLetterRow } from './support/deadLetterReader';
import { recordDecision, type Decided, type DecisionDeps, type DecisionInput } from './support/decisions';

export interface ClaimDeps extends DecisionDeps {
  client: Client;
}

export interface ClaimInput extends DecisionInput {
  maxAttempts: number;
}

/** Counts of matching dead letters, and the key of the claimed ones. */
export interface ClaimResult extends Pick<
  ReplayResult,
  'matching' | 'claimed' | 'exhausted' | 'busy' | 'remaining' | 'byReason'
> {
  lettersUri: string;
}

/** As it is stored: `letters` is the word of documents that earlier versions have written. */
interface Claim extends Omit<ClaimResult, 'lettersUri'> {
  letters: ClaimedDeadLetter[];
}

export function createClaimDeadLetters(deps: ClaimDeps) {
  return {
    /**
     * Claims the dead letters that match a filter, have attempts left and are new, failed, or claimed by an
     * ended replay. With `dryRun` it only counts them. The dead letters are kept in S3, counts are returned.
     * A repeat returns the first answer.
     *
     * @throws LaneHeldError while a failed run holds the lane that would refine the records;
     * InvalidDeadLetterFilterError.
     */
    async claimDeadLetters(input: ClaimInput): Promise<ClaimResult> {
      const filter = checkedFilter(input.filter);
      const held = await readHeldRun(deps.client, input.pipeline, input.branch);
      if (held && !input.dryRun) throw new LaneHeldError(input.pipeline, held.runId);
      const place = { ...input, id: input.decisionId };
      const { result, resultUri } = await recordDecision<Claim>(deps, place, input, (catalog) =>
        claim(deps, catalog, { ...input, filter }),
      );
      const { matching, claimed, exhausted, busy, remaining, byReason } = result;
      return { matching, claimed, exhausted, busy, remaining, byReason, lettersUri: resultUri };
    },
  };
}

async function claim(deps: ClaimDeps, catalog: string, input: ClaimInput): Promise<Decided<Claim>> {
  const reader = new DeadLetterReader(deps.trino, catalog, input.pipeline);
  const result = await findClaimable(deps, reader, input);
  const events = result.letters.map(({ id, attempt }): DeadLetterEvent => ({
    letter_id: id,
    action: 'claimed',
    attempt,
    detail: null,
  }));
  return { events, result };
}

/** The same on every read of one head: which dead letters a replay may take now, and how many not. */
async function findClaimable(deps: ClaimDeps, reader: DeadLetterReader, input: ClaimInput): Promise<Claim> {
  const isFree = await unclaimedPredicate(deps, reader, input.workflowId);
  const claimable = `${isFree} AND attempts < ${input.maxAttempts}`;
  const tally = await reader.tally(input.filter, {
    claimable,
    exhausted: `${isFree} AND attempts >= ${input.maxAttempts}`,
    busy: `state = 'claimed' AND NOT ${isFree}`,
  });
  const sum = (name: string): number => tally.reduce((total, row) => total + Number(row[name]), 0);
  const rows = input.dryRun ? [] : await reader.deadLetters(input.filter, input.limit, claimable);
  const deadLetters = await withPresence(reader, input.pipeline, rows.map(claimedDeadLetter));
  const byReason = Object.fromEntries(
    tally
      .filter((row) => Number(row['claimable']) > 0)
      .map((row) => [String(row['reason']), Number(row['claimable'])]),
  );
  return {
    matching: sum('matching'),
    exhausted: sum('exhausted'),
    busy: sum('busy'),
    claimed: deadLetters.length,
    remaining: sum('claimable') - deadLetters.length,
    byReason,
    letters: deadLetters,
  };
}

/** A claim whose workflow has ended, or that is our own, may be taken over. */
export async function unclaimedPredicate(
  deps: Pick<ClaimDeps, 'client'>,
  reader: DeadLetterReader,
  workflowId: string,
): Promise<string> {
  const others = (await reader.claimants()).filter((id) => id !== workflowId);
  const ended = await endedOf(deps.client, others);
  const live = others.filter((id) => !ended.includes(id));
  const ownedByLive = live.length === 0 ? 'false' : `workflow_id IN (${live.map(quoteText).join(', ')})`;
  return `(state IN ('new', 'failed') OR (state = 'claimed' AND NOT ${ownedByLive}))`;
}

function claimedDeadLetter(row: DeadLetterRow): ClaimedDeadLetter {
  const text = (name: string): string | null => (row[name] === null ? null : String(row[name]));
  return {
    id: String(row['letter_id']),
    attempt: Number(row['attempts']) + 1,
    stage: String(row['stage']),
    reason: String(row['reason']),
    topic: String(row['data_topic']),
    source_file: text('source_file'),
    source_sha256: text('source_sha256'),
    source_line: row['source_line'] === null ? null : Number(row['source_line']),
    payload: text('payload'),
    headers: (row['headers'] ?? {}) as Record<string, string>,
    isPresent: false,
  };
}

/**
 * A record already in bronze (published again since, or by a replay whose answer was lost) needs no replay.
 */
async function withPresence(
  reader: DeadLetterReader,
  pipeline: string,
  deadLetters: ClaimedDeadLetter[],
): Promise<ClaimedDeadLetter[]> {
  const { bronze } = pipelineNamed(pipeline);
  const present = new Set<string>();
  for (const [topic, table] of Object.entries(bronze)) {
    const lines = deadLetters.flatMap((one) =>
      one.topic === topic && one.source_sha256 && one.source_line !== null
        ? [{ sha256: one.source_sha256, line: one.source_line }]
        : [],
    );
    for (const line of await reader.linesPresent(table, lines)) present.add(`${topic}/${line}`);
  }
  return deadLetters.map((one) => ({
    ...one,
    isPresent: present.has(`${one.topic}/${one.source_sha256}/${one.source_line}`),
  }));
}
