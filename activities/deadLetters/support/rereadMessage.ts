import type { ClaimedDeadLetter } from '../../../core/deadLetters/deadLetters';
import type { FeedDefinition } from '../../../core/pipeline';
import { pipelineNamed } from '../../../pipelines/registry';
import { FILE_HEADER } from '../../ingest/kafkaRecords';
import { outcomeOf, rejected, replayHeaders, type Replay, type Reread } from './rereadOutcome';

/** Headers that a rejection added to the record; the schema's id is the producer's own. */
const OF_REJECTIONS = /^(__connect\.errors\.|currents\.(?!schema_id$))/;
const OF_FILES = /^(currents\.(source-file|source-sha256|contract|file)|traceparent)$/;

/**
 * The message is published unchanged. A feed that identifies records by file and line needs both in the
 * message: Spark rejects it without them. Any other feed takes it as a new record, whose headers name the
 * dead letter.
 */
export function rereadMessage(replay: Replay, deadLetter: ClaimedDeadLetter): Reread {
  const { id, topic, payload, source_file } = deadLetter;
  const { sha256, line } = coordinatesIn(deadLetter);
  const isByFile = identityOf(replay.pipeline, topic) === 'fileLine';
  if (payload === null) return rejected(deadLetter, 'the dead letter holds no message');
  if (isByFile && (sha256 === null || line === null))
    return rejected(
      deadLetter,
      'the message names no file and line: its producer must fix it and send it again',
    );
  const headers = { ...keptHeaders(deadLetter, isByFile), ...replayHeaders(replay, deadLetter) };
  return {
    outcome: { ...outcomeOf(deadLetter, 'published', null), topics: [topic], sha256, line },
    batches: [{ topic, records: [{ key: source_file ?? id, value: payload, headers }] }],
  };
}

function keptHeaders({ headers }: ClaimedDeadLetter, isByFile: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => (isByFile ? OF_FILES.test(name) : !OF_REJECTIONS.test(name))),
  );
}

function identityOf(pipeline: string, topic: string): FeedDefinition['identity'] | undefined {
  return pipelineNamed(pipeline).feeds.find((feed) => feed.topic === topic)?.identity;
}

/**
 * Checksum of the file and line of a row's message. Messages of version 1, which Kafka keeps for two weeks
 * and dead letters for longer, hold both; later ones have the checksum in the header of their file.
 */
function coordinatesIn({ payload, headers }: ClaimedDeadLetter): {
  sha256: string | null;
  line: number | null;
} {
  const message = objectIn(payload);
  const sha256 = message['source_sha256'] ?? objectIn(headers[FILE_HEADER])['source_sha256'];
  const line = message['source_line'] ?? message['line'];
  return {
    sha256: typeof sha256 === 'string' ? sha256 : null,
    line: typeof line === 'number' ? line : null,
  };
}

function objectIn(json: string | null | undefined): Record<string, unknown> {
  try {
    return (JSON.parse(json ?? '') as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}
