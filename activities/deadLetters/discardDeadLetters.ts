import {
  InvalidDeadLetterFilterError,
  DeadLetterDecisionIncompleteError,
} from '../../core/deadLetters/errors';
import { checkedFilter, isEmptyFilter } from '../../core/deadLetters/filter';
import { unclaimedPredicate, type ClaimDeps } from './claimDeadLetters';
import { DeadLetterReader } from './support/deadLetterReader';
import { recordDecision, type Decided, type DecisionInput } from './support/decisions';

export interface Discarded {
  discarded: number;
  remaining: number;
  byReason: Record<string, number>;
}

export function createDiscardDeadLetters(deps: ClaimDeps) {
  return {
    /**
     * Marks dead letters as discarded, with actor and reason; deletes nothing. Skips dead letters that are
     * repaired, discarded, or claimed by a running replay. A repeat returns the first answer.
     *
     * @throws InvalidDeadLetterFilterError for an empty filter, DeadLetterDecisionIncompleteError without
     *   actor or reason.
     */
    async discardDeadLetters(input: DecisionInput): Promise<Discarded> {
      const filter = checkedFilter(input.filter);
      if (isEmptyFilter(filter))
        throw new InvalidDeadLetterFilterError([
          'expected at least one id or criterion, found none: all dead letters at once are never discarded',
        ]);
      for (const field of ['requestedBy', 'reason'] as const)
        if (!input[field]?.trim()) throw new DeadLetterDecisionIncompleteError(field, 'none');
      const { result } = await recordDecision<Discarded>(
        deps,
        { ...input, id: input.decisionId },
        input,
        (catalog) => discard(deps, catalog, { ...input, filter }),
      );
      return result;
    },
  };
}

async function discard(deps: ClaimDeps, catalog: string, input: DecisionInput): Promise<Decided<Discarded>> {
  const reader = new DeadLetterReader(deps.trino, catalog, input.pipeline);
  const open = await unclaimedPredicate(deps, reader, input.workflowId);
  const tally = await reader.tally(input.filter, { open });
  const rows = input.dryRun ? [] : await reader.deadLetters(input.filter, input.limit, open);
  const byReason = Object.fromEntries(
    tally.filter((row) => Number(row['open']) > 0).map((row) => [String(row['reason']), Number(row['open'])]),
  );
  const all = Object.values(byReason).reduce((sum, count) => sum + count, 0);
  const events = rows.map((row) => ({
    letter_id: String(row['letter_id']),
    action: 'discarded' as const,
    attempt: Number(row['attempts']),
    detail: null,
  }));
  return { events, result: { discarded: events.length, remaining: all - events.length, byReason } };
}
