import { SourceNotPublishedError } from '../../core/errors';
import type { Interval } from '../../core/interval';
import type { Source, SourceFile } from '../../core/source';
import { crc32Hex } from '../../clients/s3/checksums';
import type { KafkaPort } from '../../clients/kafka/kafka';
import type { PipelineMetrics } from '../metrics';
import type { CrcCheckpoint } from './crcCheckpoint';
import { readBatches } from './fileBatches';
import { isListedAsSeen, type Landing } from './landing';
import type { PublishIntents } from './publishIntents';

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
    async ingestFile({ pipeline, file }: { pipeline: string; file: SourceFile }): Promise<IngestFileResult> {
      const bytes = await deps.sourceOf(pipeline).fetchFile(file, deps.signal());
      const crc32 = crc32Hex(bytes);
      if (await isKnown(deps, pipeline, file, crc32)) return seenResult(file.name);
      return publishFile(deps, pipeline, file, bytes, crc32);
    },
  };
}

/** A known file in another listing entry gets a receipt there too, so that it is not fetched again. */
async function isKnown(
  { landingOf, checkpointOf }: IngestDeps,
  pipeline: string,
  file: SourceFile,
  crc32: string,
): Promise<boolean> {
  const landing = landingOf(pipeline);
  const known = (await landing.receipts(file)).find(
    (receipt) => receipt.name === file.name && receipt.crc32 === crc32,
  );
  if (known) await landing.writeReceipt(file, known);
  return known !== undefined || checkpointOf(pipeline)?.has(file.name, crc32) === true;
}

async function publishFile(
  deps: IngestDeps,
  pipeline: string,
  file: SourceFile,
  bytes: Buffer,
  crc32: string,
): Promise<IngestFileResult> {
  const [landing, { name }] = [deps.landingOf(pipeline), file];
  const landed = await landing.land(file, bytes, crc32);
  const batches = await readBatches(deps.sourceOf(pipeline), landed);
  await deps.intentsOf(pipeline).during(landed.sha256, () => deps.kafka.publish(batches.topics));
  const { rows, deadLetters, reason } = batches;
  const { sha256 } = landed;
  await landing.writeReceipt(file, { name, crc32, sha256, rows, deadLetters, quarantined: reason });
  await deps.checkpointOf(pipeline)?.add(name, crc32);
  deps.metrics.countFile(pipeline, file.report, batches);
  const { addedColumns = [], missingColumns = [] } = batches.summary ?? {};
  const status = reason ? 'quarantined' : 'published';
  return { name, status, reason, rows, deadLetters, addedColumns, missingColumns };
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
