import { CurrentsError } from '../core/errors';
import { deadLetterTopic } from '../core/pipeline';
import type { LandingBatch } from '../core/runs';
import type { ArchivedFile, ArchiveFile, LandedFile, Source } from '../core/source';
import type { LandingManifest } from '../core/steps';
import { ArchiveReceipts, type ArchiveReceipt } from './archiveReceipts';
import { beat } from './boundary';
import { crc32Hex, sha256Hex } from './checksums';
import { deadLetterRecord, quarantineRecord } from './kafkaRecords';
import type { Landing } from './landing';
import type { ObjectStore } from './objectStore';
import { StagedObjects } from './stagedObjects';

export interface StagingDeps {
  store: ObjectStore;
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  signal(): AbortSignal;
}

export interface StagedCounts {
  files: number;
  quarantined: number;
  records: number;
  /** False when an earlier attempt or backfill had staged it. */
  isNew: boolean;
}

export function createStagingActivities(deps: StagingDeps) {
  return {
    /**
     * Lands one archive and stages its rows in S3 for Spark, by the same parser and checks as live files. Repeating it
     * finds the receipt and does nothing; half-written objects of a dead attempt are written over.
     */
    async stageArchive({ pipeline, archive }: { pipeline: string; archive: ArchiveFile }): Promise<StagedCounts> {
      const receipts = new ArchiveReceipts(deps.store, pipeline);
      const known = await receipts.read(archive);
      if (known) return countsOf(known, false);
      const bytes = await deps.sourceOf(pipeline).fetchFile(archive, deps.signal());
      const landed = await deps.landingOf(pipeline).land(landedAs(archive), bytes, crc32Hex(bytes));
      const receipt = await stage(deps, pipeline, landed);
      await receipts.write(archive, receipt);
      return countsOf(receipt, true);
    },

    /** Writes the manifest of what a chunk's archives staged. The same archives give the same manifest. */
    async assembleBatch({ pipeline, archives, name }: { pipeline: string; archives: ArchiveFile[]; name: string }): Promise<LandingBatch> {
      const receipts = new ArchiveReceipts(deps.store, pipeline);
      const found = await Promise.all(archives.map((archive) => receipts.read(archive)));
      const objects = found.flatMap((receipt) => receipt?.objects ?? []);
      const key = `bulk/${pipeline}/${name}.json`;
      await deps.store.put(key, JSON.stringify({ objects, replace: false } satisfies LandingManifest));
      return { manifestUri: deps.store.uri(key), records: objects.reduce((sum, { records }) => sum + records, 0) };
    },
  };
}

/** Archives lie in landing beside the files of the interval they end with. */
function landedAs({ report, name, url, to, published_bytes, published_at }: ArchiveFile): Parameters<Landing['land']>[0] {
  return { report, name, url, interval_end_at: to, published_bytes, published_at, required: false };
}

type Landed = LandedFile & { uri: string };

/** An archive that cannot be trusted is one dead letter; so is each file inside that cannot. Everything else goes on. */
async function stage(deps: StagingDeps, pipeline: string, landed: Landed): Promise<ArchiveReceipt> {
  const source = deps.sourceOf(pipeline);
  const objects = new StagedObjects(deps.store, `staged/${pipeline}/${landed.sha256}`, landed);
  let [files, quarantined] = [0, 0];
  const isTrusted = await quarantining(objects, source, landed, async () => {
    for await (const member of source.openArchive(landed)) {
      deps.signal().throwIfAborted();
      files += 1;
      const file = { ...landedMember(member, landed), uri: `${landed.uri}!${member.name}` };
      if (!(await quarantining(objects, source, file, () => stageRecords(objects, source, file)))) quarantined += 1;
      beat(`${landed.name}: ${files} files`);
    }
  });
  if (!isTrusted) quarantined += 1;
  const written = await objects.close();
  const { name, uri, sha256 } = landed;
  return { name, uri, sha256, objects: written, files, quarantined, records: written.reduce((sum, { records }) => sum + records, 0) };
}

function landedMember({ name, report, bytes }: ArchivedFile, { ingested_at }: Landed): LandedFile {
  return { name, report, bytes, sha256: sha256Hex(bytes), ingested_at };
}

async function stageRecords(objects: StagedObjects, source: Source, file: LandedFile): Promise<void> {
  const { records } = await source.readRecords(file);
  for (const record of records) {
    if (record.kind === 'row') await objects.add(record.topic, record.value);
    else await objects.add(deadLetterTopic(record.topic), JSON.stringify(withoutKey(deadLetterRecord(record, file))));
  }
}

/** False when the file was not trusted and stands as a dead letter instead. */
async function quarantining(objects: StagedObjects, source: Source, file: Landed, read: () => Promise<void>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (!(error instanceof CurrentsError) || error.kind !== 'data') throw error;
    const topic = deadLetterTopic(source.quarantineTopic(file.report));
    const reason = String(error.details.reason ?? error.code.toLowerCase());
    await objects.add(topic, JSON.stringify(withoutKey(quarantineRecord(file, reason, error.message, topic))));
    return false;
  }
}

function withoutKey({ value, headers }: { value: string | null; headers?: Record<string, unknown> }): { value: string | null; headers: Record<string, unknown> } {
  return { value, headers: headers ?? {} };
}

function countsOf({ files, quarantined, records }: ArchiveReceipt, isNew: boolean): StagedCounts {
  return { files, quarantined, records, isNew };
}
