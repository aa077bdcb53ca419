import type { ClaimedDeadLetter, ReplayOutcome } from '../../core/deadLetters/deadLetters';
import type { LakeReader } from '../../clients/lake/lakeReader';
import { DeadLetterReader } from './support/deadLetterReader';
import { readStored, recordDecision, type Decided, type DecisionDeps } from './support/decisions';
import { acceptedWithoutFile, idsInLake } from './support/recordsInLake';
import { decided, type RunFailure, type SettleResult } from './support/settledClaims';
import type { RepublishResult } from './republishDeadLetters';

export interface SettleDeps extends DecisionDeps {
  lake: LakeReader;
}

export interface SettleInput {
  pipeline: string;
  branch: string;
  slot: string;
  workflowId: string;
  decisionId: string;
  lettersUri: string;
  /** Null when nothing could be published: then every claim is released. */
  outcomesUri: string | null;
  marks: RepublishResult['marks'];
  failure: RunFailure | null;
  requestedBy: string;
  reason: string;
}

const NOTHING_YET: SettleResult = { isBehind: true, repaired: 0, failed: 0, released: 0, failures: [] };

export function createSettleDeadLetters(deps: SettleDeps) {
  return {
    /**
     * Records the outcome of every claimed dead letter: repaired when bronze has its record, failed when not,
     * released when the run failed for another reason. Each claim gets one event. A repeat returns the first
     * answer.
     */
    async settleDeadLetters(input: SettleInput): Promise<SettleResult> {
      const { letters: deadLetters } = await readStored<{ letters: ClaimedDeadLetter[] }>(
        deps.store,
        input.lettersUri,
      );
      const outcomes = input.outcomesUri
        ? await readStored<ReplayOutcome[]>(deps.store, input.outcomesUri)
        : [];
      const place = { ...input, id: input.decisionId };
      const { result } = await recordDecision<SettleResult>(deps, place, input, (catalog) =>
        settle(deps, catalog, input, deadLetters, outcomes),
      );
      return result;
    },
  };
}

async function settle(
  deps: SettleDeps,
  catalog: string,
  input: SettleInput,
  claims: ClaimedDeadLetter[],
  outcomes: ReplayOutcome[],
): Promise<Decided<SettleResult>> {
  const { pipeline, failure } = input;
  if (!failure && (await isBehind(deps, catalog, input))) return { events: [], result: NOTHING_YET };
  const reader = new DeadLetterReader(deps.trino, catalog, pipeline);
  const present = await idsInLake(reader, pipeline, outcomes);
  if (!failure) for (const id of await acceptedWithoutFile(reader, outcomes)) present.add(id);
  const published = outcomes.filter(({ outcome }) => outcome === 'published').map(({ id }) => id);
  const again = await reader.rejectedAgain(published);
  const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
  return decided(claims, byId, present, again, failure);
}

/** A run takes a bounded number of records, so one may leave some of ours to the next. */
async function isBehind(
  { lake }: SettleDeps,
  catalog: string,
  { marks, pipeline }: SettleInput,
): Promise<boolean> {
  if (marks.length === 0) return false;
  const ends = await lake.ledgerEnds(catalog, pipeline);
  return marks.some(
    ({ topic, partition, high }) => high > 0 && (ends.get(`${topic}/${partition}`) ?? 0) < high,
  );
}
