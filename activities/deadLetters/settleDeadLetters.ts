import type { ClaimedDeadLetter, DeadLetterEvent, ReplayOutcome } from '../../core/deadLetters/deadLetters';
import { pipelineNamed } from '../../pipelines/registry';
import type { LakeReader } from '../../clients/lake/lakeReader';
import { DeadLetterReader } from './support/deadLetterReader';
import { readStored, recordDecision, type Decided, type DecisionDeps } from './support/decisions';
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
  /** Why the lane's run did not take the records; only a failed gate counts as an attempt. */
  failure: { code: string; message: string } | null;
  requestedBy: string;
  reason: string;
}

export interface SettleResult {
  /** The lake has not taken all published records: nothing is recorded; refine once more and settle again. */
  isBehind: boolean;
  repaired: number;
  failed: number;
  released: number;
  failures: { id: string; attempt: number; detail: string }[];
}

const NOTHING_YET: SettleResult = { isBehind: true, repaired: 0, failed: 0, released: 0, failures: [] };
const FAILURES_SHOWN = 20;

export function createSettleDeadLetters(deps: SettleDeps) {
  return {
    /**
     * Records the outcome of every claimed dead letter: repaired when bronze has its record, failed when not,
     * released when the run failed for another reason. Each claim gets one event. A repeat returns the first
     * answer.
     */
    async settleDeadLetters(input: SettleInput): Promise<SettleResult> {
      const { letters } = await readStored<{ letters: ClaimedDeadLetter[] }>(deps.store, input.lettersUri);
      const outcomes = input.outcomesUri
        ? await readStored<ReplayOutcome[]>(deps.store, input.outcomesUri)
        : [];
      const { result } = await recordDecision<SettleResult>(
        deps,
        { ...input, id: input.decisionId },
        input,
        async (catalog) => {
          if (!input.failure && (await isBehind(deps, catalog, input)))
            return { events: [], result: NOTHING_YET };
          const reader = new DeadLetterReader(deps.trino, catalog, input.pipeline);
          const present = await presentIn(reader, input.pipeline, outcomes);
          if (!input.failure) for (const id of await acceptedWithoutFile(reader, outcomes)) present.add(id);
          const again = await reader.rejectedAgain(
            outcomes.filter(({ outcome }) => outcome === 'published').map(({ id }) => id),
          );
          return decided(
            letters,
            new Map(outcomes.map((outcome) => [outcome.id, outcome])),
            present,
            again,
            input.failure,
          );
        },
      );
      return result;
    },
  };
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

/**
 * Ids of dead letters whose record, or all of whose rows, are in the lake; a large file's rows arrive in one
 * merge.
 */
export async function presentIn(
  reader: Pick<DeadLetterReader, 'linesPresent' | 'linesAccounted'>,
  pipeline: string,
  outcomes: ReplayOutcome[],
): Promise<Set<string>> {
  const { bronze } = pipelineNamed(pipeline);
  const published = outcomes.filter(({ outcome }) => outcome === 'published');
  const present = new Set(outcomes.filter(({ outcome }) => outcome === 'present').map(({ id }) => id));
  for (const [topic, table] of Object.entries(bronze)) {
    const rows = published.filter(({ topics, line }) => line !== null && topics.includes(topic));
    const found = await reader.linesPresent(
      table,
      rows.map(({ sha256, line }) => ({ sha256: sha256!, line: line! })),
    );
    for (const { id, sha256, line } of rows) if (found.has(`${sha256}/${line}`)) present.add(id);
  }
  for (const { id, sha256, rows, topics } of published.filter(
    ({ line, sha256 }) => line === null && sha256 !== null,
  )) {
    if (
      (await reader.linesAccounted(
        topics.map((topic) => bronze[topic]!),
        sha256!,
      )) >= rows
    )
      present.add(id);
  }
  for (const { id, sha256 } of outcomes.filter(({ outcome }) => outcome === 'tooLarge')) {
    if ((await reader.linesAccounted(Object.values(bronze), sha256!)) > 0) present.add(id);
  }
  return present;
}

/**
 * Ids of dead letters whose record names no file: a run has read it by now, so it is in the lake unless this
 * attempt's record was rejected again.
 */
export async function acceptedWithoutFile(
  reader: Pick<DeadLetterReader, 'rejectedAttempts'>,
  outcomes: ReplayOutcome[],
): Promise<string[]> {
  const published = outcomes.filter(({ outcome, sha256 }) => outcome === 'published' && sha256 === null);
  const rejected = await reader.rejectedAttempts(published.map(({ id }) => id));
  return published.filter(({ id, attempt }) => (rejected.get(id) ?? 0) < attempt).map(({ id }) => id);
}

/** One event for each claim, whatever its outcome. */
export function decided(
  letters: Pick<ClaimedDeadLetter, 'id' | 'attempt'>[],
  outcomes: Map<string, ReplayOutcome>,
  present: Set<string>,
  again: Map<string, string>,
  failure: SettleInput['failure'],
): Decided<SettleResult> {
  const events = letters.map(({ id, attempt }): DeadLetterEvent => {
    const outcome = outcomes.get(id);
    if (present.has(id))
      return { letter_id: id, action: 'repaired', attempt, detail: outcome?.detail ?? null };
    if (outcome?.outcome === 'refused' || outcome?.outcome === 'tooLarge')
      return { letter_id: id, action: 'failed', attempt, detail: outcome.detail };
    const isItsOwn = failure === null || failure.code === 'GATE_FAILED';
    const detail = failure
      ? `${failure.code}: ${failure.message}`
      : `rejected again${again.has(id) ? `: ${again.get(id)}` : ' for the same reason'}`;
    return { letter_id: id, action: isItsOwn ? 'failed' : 'released', attempt, detail };
  });
  const count = (action: DeadLetterEvent['action']): number =>
    events.filter((event) => event.action === action).length;
  const failures = events.filter(({ action }) => action === 'failed').slice(0, FAILURES_SHOWN);
  return {
    events,
    result: {
      isBehind: false,
      repaired: count('repaired'),
      failed: count('failed'),
      released: count('released'),
      failures: failures.map(({ letter_id, attempt, detail }) => ({
        id: letter_id,
        attempt,
        detail: detail ?? '',
      })),
    },
  };
}
