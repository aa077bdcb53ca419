import { MESSAGE_VERSION, originHeader } from '../../core/columns/rowMessage';
import { dataTopic } from '../../core/pipeline';
import type { LandedFile, SourceRecord } from '../../core/source';
import type { KafkaRecord } from '../../clients/kafka/kafka';

type Row = Extract<SourceRecord, { kind: 'row' }>;
type DeadLetter = Extract<SourceRecord, { kind: 'deadLetter' }>;

/** Header of a row's message with what all rows of its file's table share. */
export const FILE_HEADER = 'currents.file';

/**
 * A row and, in headers, what all rows of its file's table share. The other headers trace a row to its file
 * without reading any JSON.
 */
export function rowRecord(row: Row, landed: LandedFile): KafkaRecord {
  return {
    key: row.key,
    value: row.value,
    headers: {
      ...fileHeaders(landed),
      'currents.contract': `${row.topic}@${MESSAGE_VERSION}`,
      [FILE_HEADER]: originHeader(row.origin),
    },
  };
}

/** A rejected row: the line as received, and the headers that Kafka Connect's dead-letter tools read. */
export function deadLetterRecord(deadLetter: DeadLetter, landed: LandedFile): KafkaRecord {
  const headers = deadLetterHeaders(
    deadLetter.topic,
    'contract',
    deadLetter.reason,
    deadLetter.rule,
    deadLetter.message,
    landed,
  );
  return {
    key: deadLetter.key,
    value: deadLetter.value,
    headers: { ...headers, 'currents.source-line': String(deadLetter.line) },
  };
}

/** A file quarantined whole: its bytes stay in landing, the dead letter points at them. */
export function quarantineRecord(
  landed: LandedFile & { uri: string },
  reason: string,
  message: string,
  topic: string,
): KafkaRecord {
  const value = JSON.stringify({ uri: landed.uri, sha256: landed.sha256, bytes: landed.bytes.length });
  return {
    key: landed.name,
    value,
    headers: deadLetterHeaders(dataTopic(topic), 'land', reason, 'file_trusted', message, landed),
  };
}

function deadLetterHeaders(
  topic: string,
  stage: string,
  reason: string,
  rule: string,
  message: string,
  landed: LandedFile,
): Record<string, string> {
  const connect = {
    topic,
    partition: '-1',
    offset: '-1',
    'connector.name': 'currents-ingest',
    'task.id': '0',
    stage: 'VALUE_CONVERTER',
    'class.name': 'currents.ingestFile',
    'exception.class.name': reason.toUpperCase(),
    'exception.message': message,
    'exception.stacktrace': '',
  };
  const own = { reason, rule, stage, 'first-seen-at': landed.ingested_at };
  return { ...prefixed('__connect.errors.', connect), ...prefixed('currents.', own), ...fileHeaders(landed) };
}

function fileHeaders(landed: LandedFile): Record<string, string> {
  return {
    'currents.source-file': landed.name,
    'currents.source-sha256': landed.sha256,
    traceparent: traceOf(landed),
  };
}

/** One W3C trace per file, derived from its checksum so that a republished record is equal to the first. */
function traceOf(landed: LandedFile): string {
  return `00-${landed.sha256.slice(0, 32)}-${landed.sha256.slice(32, 48)}-01`;
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}
