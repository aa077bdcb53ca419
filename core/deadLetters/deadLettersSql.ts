import { opsTable } from '../opsTables';
import { dataTopicSql } from '../pipeline';
import { quoteText } from '../sqlText';
import { NO_DEAD_LETTER_EVENTS } from './eventColumns';

/** Header of a record that a replay has published: the id of its dead letter. */
export const REPLAY_OF = 'currents.replay-of';

/**
 * A dead letter's id: 16 hexadecimal digits of a hash of its first coordinates. These are the source's line
 * and the reason, or Kafka's coordinates and the payload if the file is not known. A replayed record that is
 * rejected again stays the same dead letter.
 */
const OWN_ID =
  "lower(substr(to_hex(sha256(to_utf8(if(source_sha256 IS NULL, concat_ws('/', topic, " +
  'CAST("partition" AS varchar), CAST("offset" AS varchar), payload), ' +
  `concat_ws('/', source_sha256, coalesce(CAST(source_line AS varchar), '-'), reason))))), 1, 16))`;

const LETTER_ID = `coalesce(element_at(headers, '${REPLAY_OF}'), ${OWN_ID})`;

function historySql(events: string, pipeline: string): string {
  const last = (column: string): string => `max_by(${column}, sequence)`;
  return `SELECT letter_id, ${last('action')} AS last_action,
  count_if(action = 'claimed') - count_if(action = 'released') AS attempts,
  count_if(action = 'failed') AS failures,
  ${last('workflow_id')} AS workflow_id, ${last('requested_by')} AS decided_by,
  ${last('reason')} AS decided_why, ${last('detail')} AS detail, max(recorded_at) AS decided_at
  FROM ${events} WHERE pipeline = ${quoteText(pipeline)} GROUP BY letter_id`;
}

/**
 * A query with one row per dead letter: the columns of `dead_letters`, `letter_id`, `data_topic`, `state`,
 * `attempts` and the last decision. Names have no catalog: the session's catalog shows the branch.
 */
export function deadLettersSql({ pipeline, hasEvents }: { pipeline: string; hasEvents: boolean }): string {
  const events = hasEvents ? opsTable(pipeline, 'dead_letter_events') : NO_DEAD_LETTER_EVENTS;
  const originalFirst = `if(element_at(headers, '${REPLAY_OF}') IS NULL, 0, 1)`;
  return `SELECT dead_letter.*, coalesce(history.attempts, 0) AS attempts, history.workflow_id,
  decided_by, decided_why, detail, decided_at,
  CASE WHEN last_action IS NULL THEN 'new'
    WHEN last_action = 'released' THEN if(failures > 0, 'failed', 'new')
    ELSE last_action END AS state
FROM (SELECT *, row_number() OVER (
    PARTITION BY letter_id ORDER BY ${originalFirst}, topic, "partition", "offset") AS copy
  FROM (SELECT *, ${LETTER_ID} AS letter_id, ${dataTopicSql('coalesce(original_topic, topic)')} AS data_topic
    FROM ${opsTable(pipeline, 'dead_letters')} WHERE pipeline = ${quoteText(pipeline)})) dead_letter
LEFT JOIN (${historySql(events, pipeline)}) history ON history.letter_id = dead_letter.letter_id
WHERE dead_letter.copy = 1`;
}

/** Header of a record that a replay has published: the number of the attempt. */
export const REPLAY_ATTEMPT = 'currents.replay-attempt';

/** The last attempt whose record was rejected, by dead letter. */
export function rejectedAttemptsSql(pipeline: string, ids: string[]): string {
  const replayOf = `element_at(headers, '${REPLAY_OF}')`;
  return `SELECT ${replayOf}, max(CAST(element_at(headers, '${REPLAY_ATTEMPT}') AS integer))
FROM ${opsTable(pipeline, 'dead_letters')}
WHERE pipeline = ${quoteText(pipeline)} AND ${replayOf} IN (${ids.map(quoteText).join(', ')}) GROUP BY 1`;
}

/** Reasons why replayed records were rejected again, by dead letter. */
export function rejectedAgainSql(pipeline: string, ids: string[]): string {
  const replayOf = `element_at(headers, '${REPLAY_OF}')`;
  return `SELECT ${replayOf}, array_join(array_agg(DISTINCT reason), ', ')
FROM ${opsTable(pipeline, 'dead_letters')}
WHERE pipeline = ${quoteText(pipeline)} AND ${replayOf} IN (${ids.map(quoteText).join(', ')}) GROUP BY 1`;
}
