import { SourceNotPublishedError } from '../../core/errors';
import type { Interval } from '../../core/interval';
import { deadLetterTopic } from '../../core/pipeline';
import type { FileSummary, LandedFile, Source, SourceFile, SourceRecord } from '../../core/source';
import { crc32Hex } from '../../clients/s3/checksums';
import type { KafkaPort, KafkaRecord } from '../../clients/kafka/kafka';
import type { PipelineMetrics } from '../metrics';
import type { CrcCheckpoint } from './crcCheckpoint';
import { deadLetterRecord, rowRecord } from './kafkaRecords';
import { isListedAsSeen, type Landing } from './landing';
import type { PublishIntents } from './publishIntents';
import { untrustedFile } from './untrustedFile';

export interface IngestDeps {
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  intentsOf(pipeline: string): PublishIntents;
  kafka: KafkaPort;
  checkpointOf(pipeline: string): CrcCheckpoint | null;
  metrics: PipelineMetrics;
  signal(): AbortSignal;
}

export interface FindFilesInput {
  pipeline: string;
  interval: Interval;
  /** Fail with SOURCE_NOT_PUBLISHED while a required file is absent. */
  wait: boolean;
  /** Also take files of this many milliseconds before the interval: late and republished ones. */
  lookBack_ms: number;
  /** Do not trust the listing's size and time to tell that a file is unchanged. */
  verify: boolean;
  /** ISO instant: a file published before it must be found, however recently the listing was read before. */
  listedSince?: string;
}

export interface FindFilesResult {
  files: SourceFile[];
  seen: number;
  missing: string[];
}

export interface IngestFileResult {
  name: string;
  status: 'published' | 'seen' | 'quarantined';
  reason: string | null;
  rows: number;
  deadLetters: number;
  addedColumns: string[];
  missingColumns: string[];
}

/** The source writes a file some 15 s into its interval; asking every 10 s finds it within one poll. */
const ASK_AGAIN_MS = 10_000;

export function createIngestActivities(deps: IngestDeps) {
  return {
    /** Lists the source's unpublished files of an interval. Reads only, so it can be repeated. */
    async findSourceFiles(input: FindFilesInput): Promise<FindFilesResult> {
      const since_ms = input.listedSince ? Math.min(Date.parse(input.listedSince), Date.now()) : 0;
      const listing = await deps
        .sourceOf(input.pipeline)
        .listFiles({ range: input.interval, lookBack_ms: input.lookBack_ms, since_ms }, deps.signal());
      const missing = listing.missing.map(({ report, interval_end_at }) => `${report} ${interval_end_at}`);
      if (input.wait && missing.length > 0) throw new SourceNotPublishedError(missing, ASK_AGAIN_MS);
      const landing = deps.landingOf(input.pipeline);
      const files = input.verify ? listing.files : await unseen(listing.files, landing);
      return { files, seen: listing.files.length - files.length, missing };
    },

    /**
     * Lands one file, reads it and publishes its records. Repeating it changes nothing in the lake: the
     * landed object is written once, and records published twice are equal in file, checksum and line, by
     * which bronze keeps one of each.
     */
    async ingestFile(input: { pipeline: string; file: SourceFile }): Promise<IngestFileResult> {
      const { pipeline, file } = input;
      const landing = deps.landingOf(pipeline);
      const bytes = await deps.sourceOf(pipeline).fetchFile(file, deps.signal());
      const crc32 = crc32Hex(bytes);
      const known = (await landing.receipts(file)).find(
        (receipt) => receipt.name === file.name && receipt.crc32 === crc32,
      );
      if (known) await landing.writeReceipt(file, known);
      if (known || deps.checkpointOf(pipeline)?.has(file.name, crc32)) return seenResult(file.name);

      const landed = await landing.land(file, bytes, crc32);
      const batches = await readBatches(deps.sourceOf(pipeline), landed);
      await deps.intentsOf(pipeline).during(landed.sha256, () => deps.kafka.publish(batches.topics));
      const { rows, deadLetters, reason } = batches;
      await landing.writeReceipt(file, {
        name: file.name,
        crc32,
        sha256: landed.sha256,
        rows,
        deadLetters,
        quarantined: reason,
      });
      await deps.checkpointOf(pipeline)?.add(file.name, crc32);
      deps.metrics.countFile(pipeline, file.report, batches);
      const { addedColumns = [], missingColumns = [] } = batches.summary ?? {};
      return {
        name: file.name,
        status: reason ? 'quarantined' : 'published',
        reason,
        rows,
        deadLetters,
        addedColumns,
        missingColumns,
      };
    },
  };
}

async function unseen(files: SourceFile[], landing: Landing): Promise<SourceFile[]> {
  const receiptsFor = await landing.receiptsOf(files);
  return files.filter((file) => !isListedAsSeen(file, receiptsFor(file)));
}

function seenResult(name: string): IngestFileResult {
  return {
    name,
    status: 'seen',
    reason: null,
    rows: 0,
    deadLetters: 0,
    addedColumns: [],
    missingColumns: [],
  };
}

export interface FileBatches {
  topics: { topic: string; records: KafkaRecord[] }[];
  rows: number;
  deadLetters: number;
  /** Why the whole file is quarantined, or null. */
  reason: string | null;
  /** Dead letters by reason. */
  reasons: Record<string, number>;
  summary: FileSummary | null;
}

/** An untrusted file becomes one dead letter that points at its landed bytes; other errors are thrown. */
async function readBatches(source: Source, landed: LandedFile & { uri: string }): Promise<FileBatches> {
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
 * Messages of a landed file's records, by topic. @throws CurrentsError of kind `data` when the file cannot be
 * trusted.
 */
export async function collectRecords(source: Source, landed: LandedFile): Promise<FileBatches> {
  return batchesOf(await source.readRecords(landed), landed);
}

export function batchesOf(
  { records, summary }: Awaited<ReturnType<Source['readRecords']>>,
  landed: LandedFile,
): FileBatches {
  const byTopic = new Map<string, KafkaRecord[]>();
  const reasons: Record<string, number> = {};
  let rows = 0;
  let deadLetters = 0;
  for (const record of records) {
    const topic = record.kind === 'row' ? record.topic : deadLetterTopic(record.topic);
    const kept = byTopic.get(topic) ?? byTopic.set(topic, []).get(topic)!;
    kept.push(toKafka(record, landed));
    if (record.kind === 'row') rows += 1;
    else {
      deadLetters += 1;
      reasons[record.reason] = (reasons[record.reason] ?? 0) + 1;
    }
  }
  return {
    topics: [...byTopic].map(([topic, batch]) => ({ topic, records: batch })),
    rows,
    deadLetters,
    reason: null,
    reasons,
    summary,
  };
}

function toKafka(record: SourceRecord, landed: LandedFile): KafkaRecord {
  return record.kind === 'row' ? rowRecord(record, landed) : deadLetterRecord(record, landed);
}
