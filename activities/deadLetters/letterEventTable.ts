import { LETTER_EVENT_COLUMNS } from '../../core/deadLetters/letterEvents';
import type { LetterEvent } from '../../core/deadLetters/letters';
import { opsTable } from '../../core/opsTables';
import { jsonRows, quoteName, quoteText } from '../../core/sqlText';
import type { TrinoClient } from '../../trino/client';

/** Columns shared by all events of one decision. */
export interface EventOrigin {
  pipeline: string;
  requestedBy: string;
  reason: string;
  /** The workflow that decided: its claims hold while it runs. */
  workflowId: string;
}

const EVENT_COLUMNS = { letter_id: 'varchar', action: 'varchar', attempt: 'integer', detail: 'varchar' };
const DETAIL_CHARACTERS_MAX = 500;

/**
 * Appends events to the pipeline's `dead_letter_events` in a catalog, in one statement and so in one commit,
 * and creates the table if it does not exist. `sequence` orders decisions: each is one above those its base
 * held. Not repeatable by itself.
 */
export async function insertLetterEvents(
  trino: TrinoClient,
  catalog: string,
  origin: EventOrigin,
  events: LetterEvent[],
): Promise<void> {
  const table = `${quoteName(catalog)}.${opsTable(origin.pipeline, 'dead_letter_events')}`;
  await trino.runQuery(`CREATE TABLE IF NOT EXISTS ${table} (${LETTER_EVENT_COLUMNS})`, { catalog });
  const rows = events.map((event) => ({ ...event, detail: event.detail?.slice(0, DETAIL_CHARACTERS_MAX) }));
  const { pipeline, requestedBy, reason, workflowId } = origin;
  await trino.runQuery(
    `INSERT INTO ${table} SELECT ${quoteText(pipeline)}, letter_id, action, attempt, ${quoteText(requestedBy)}, ${quoteText(reason)}, detail, ${quoteText(workflowId)}, ` +
      `(SELECT coalesce(max(sequence), 0) + 1 FROM ${table}), current_timestamp(6) FROM ${jsonRows('events', EVENT_COLUMNS, rows)}`,
    { catalog, source: 'currents-deadletters' },
  );
}
