import { DEAD_LETTER_EVENT_COLUMNS } from '../../../core/deadLetters/eventColumns';
import { jsonRows, quoteName, quoteText } from '../../../core/sqlText';
import type { DeadLetterFilter } from '../../../core/deadLetters/filter';
import type { DeadLetterEvent } from '../../../core/deadLetters/deadLetters';
import { MergeConflictError } from '../../../nessie/errors';
import { opsTable } from '../../../core/opsTables';
import type { NessieClient } from '../../../nessie/client';
import { findMergeOfRun, publishAuditedHash } from '../../../nessie/mergeRules';
import type { TrinoClient } from '../../../trino/client';
import type { ObjectStore } from '../../../clients/s3/objectStore';
import { pointAt } from '../../../nessie/branchMoves';

/** Columns shared by all events of one decision. */
export interface EventOrigin {
  pipeline: string;
  requestedBy: string;
  reason: string;
  /** The workflow that decided: its claims hold while it runs. */
  workflowId: string;
}

export interface DecisionDeps {
  nessie: NessieClient;
  trino: TrinoClient;
  store: ObjectStore;
}

export interface DecisionPlace {
  /** The leased slot; its catalog shows the branch during the decision. */
  slot: string;
  branch: string;
  /** Names this decision over all its attempts: `<workflow>/<execution>/<step>`. */
  id: string;
}

/** Input of every decision on dead letters. */
export interface DecisionInput extends EventOrigin, Omit<DecisionPlace, 'id'> {
  decisionId: string;
  filter: DeadLetterFilter;
  limit: number;
  dryRun: boolean;
}

export interface Decided<Result> {
  events: DeadLetterEvent[];
  result: Result;
}

const EVENT_COLUMNS = { letter_id: 'varchar', action: 'varchar', attempt: 'integer', detail: 'varchar' };
const DETAIL_CHARACTERS_MAX = 500;

/** Other decisions may be merged first; then all is read and decided again on the new head. */
const ATTEMPTS = 5;

/**
 * Records a decision on dead letters: reads the branch through the slot, writes the events there and merges
 * them in one step. So a second replay of the same dead letter sees the first claim. A repeat after a lost
 * answer finds the merge and returns the first result.
 *
 * @throws MergeConflictError when others decided first five times.
 */
export async function recordDecision<Result>(
  deps: DecisionDeps,
  place: DecisionPlace,
  origin: EventOrigin,
  decide: (catalog: string) => Promise<Decided<Result>>,
): Promise<{ result: Result; resultUri: string }> {
  const resultUri = deps.store.uri(`dead-letters/${place.id}.json`);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const earlier = await findMergeOfRun(deps.nessie, place.branch, {
      pipeline: origin.pipeline,
      runId: place.id,
    });
    if (earlier) return { result: await readStored<Result>(deps.store, resultUri), resultUri };
    const result = await decideOnce(deps, place, origin, resultUri, decide);
    if (result) return { result: result.value, resultUri };
  }
  throw new MergeConflictError(place.id, [opsTable(origin.pipeline, 'dead_letter_events')]);
}

export async function readStored<T>(store: ObjectStore, uri: string): Promise<T> {
  return JSON.parse((await store.getUri(uri)).toString('utf8')) as T;
}

/** Null on a merge conflict. The result is stored first, so that every merge has one. */
async function decideOnce<Result>(
  { nessie, trino, store }: DecisionDeps,
  { slot, branch, id }: DecisionPlace,
  origin: EventOrigin,
  resultUri: string,
  decide: (catalog: string) => Promise<Decided<Result>>,
): Promise<{ value: Result } | null> {
  const base = await nessie.getReference(branch);
  await pointAt(nessie, slot, { name: branch, hash: base.hash });
  const { events, result } = await decide(slot);
  await store.put(resultUri.replace(store.uri(''), ''), JSON.stringify(result));
  if (events.length === 0) return { value: result };
  await insertDeadLetterEvents(trino, slot, origin, events);
  const head = await nessie.getReference(slot);
  const published = await publishAuditedHash(nessie, {
    pipeline: origin.pipeline,
    runId: id,
    branch: slot,
    auditedHash: head.hash,
    baseHash: base.hash,
    into: branch,
    declaredOutputs: [opsTable(origin.pipeline, 'dead_letter_events')],
    message: `${origin.pipeline}: ${events.length} dead letters ${summaryOf(events)} by ${origin.requestedBy}`,
    properties: {
      'currents.kind': 'dead-letters',
      'currents.workflow': origin.workflowId,
    },
  });
  return published.mergeHash === null ? null : { value: result };
}

/**
 * Appends events to the pipeline's `dead_letter_events` in a catalog, in one statement and so in one commit,
 * and creates the table if it does not exist. `sequence` orders decisions: each is one above those its base
 * held. Not repeatable by itself.
 */
async function insertDeadLetterEvents(
  trino: TrinoClient,
  catalog: string,
  origin: EventOrigin,
  events: DeadLetterEvent[],
): Promise<void> {
  const table = `${quoteName(catalog)}.${opsTable(origin.pipeline, 'dead_letter_events')}`;
  await trino.runQuery(`CREATE TABLE IF NOT EXISTS ${table} (${DEAD_LETTER_EVENT_COLUMNS})`, { catalog });
  const rows = events.map((event) => ({ ...event, detail: event.detail?.slice(0, DETAIL_CHARACTERS_MAX) }));
  const { pipeline, requestedBy, reason, workflowId } = origin;
  await trino.runQuery(
    `INSERT INTO ${table} SELECT ${quoteText(pipeline)}, letter_id, action, attempt, ` +
      `${quoteText(requestedBy)}, ${quoteText(reason)}, detail, ${quoteText(workflowId)}, ` +
      `(SELECT coalesce(max(sequence), 0) + 1 FROM ${table}), current_timestamp(6) ` +
      `FROM ${jsonRows('events', EVENT_COLUMNS, rows)}`,
    { catalog, source: 'currents-deadletters' },
  );
}

function summaryOf(events: DeadLetterEvent[]): string {
  return [...new Set(events.map(({ action }) => action))].sort().join(' or ');
}
