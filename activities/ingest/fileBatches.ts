import { deadLetterTopic } from '../../core/pipeline';
import type { FileSummary, LandedFile, Source, SourceRecord } from '../../core/source';
import type { KafkaRecord, TopicBatch } from '../../clients/kafka/kafka';
import { TopicBatches } from '../../clients/kafka/topicBatches';
import { deadLetterRecord, rowRecord } from './kafkaRecords';
import { untrustedFile } from './untrustedFile';

export interface FileBatches {
  topics: TopicBatch[];
  rows: number;
  deadLetters: number;
  /** Why the whole file is quarantined, or null. */
  reason: string | null;
  /** Dead letters by reason. */
  reasons: Record<string, number>;
  summary: FileSummary | null;
}

/** An untrusted file becomes one dead letter that points at its landed bytes; other errors are thrown. */
export async function readBatches(
  source: Source,
  landed: LandedFile & { uri: string },
): Promise<FileBatches> {
  try {
    return await collectRecords(source, landed);
  } catch (error) {
    const { topic, record, reason } = untrustedFile(source, landed, error);
    return {
      topics: [{ topic, records: [record] }],
      rows: 0,
      deadLetters: 1,
      reason,
      reasons: { [reason]: 1 },
      summary: null,
    };
  }
}

/**
 * Messages of a landed file's records, by topic.
 *
 * @throws CurrentsError of kind `data` when the file cannot be trusted.
 */
export async function collectRecords(source: Source, landed: LandedFile): Promise<FileBatches> {
  return batchesOf(await source.readRecords(landed), landed);
}

export function batchesOf(
  { records, summary }: Awaited<ReturnType<Source['readRecords']>>,
  landed: LandedFile,
): FileBatches {
  const batches = new TopicBatches();
  const reasons: Record<string, number> = {};
  let rows = 0;
  let deadLetters = 0;
  for (const record of records) {
    const topic = record.kind === 'row' ? record.topic : deadLetterTopic(record.topic);
    batches.add(topic, toKafka(record, landed));
    if (record.kind === 'row') rows += 1;
    else {
      deadLetters += 1;
      reasons[record.reason] = (reasons[record.reason] ?? 0) + 1;
    }
  }
  return { topics: batches.all(), rows, deadLetters, reason: null, reasons, summary };
}

function toKafka(record: SourceRecord, landed: LandedFile): KafkaRecord {
  return record.kind === 'row' ? rowRecord(record, landed) : deadLetterRecord(record, landed);
}
