import type { LandingBatch } from '../../core/runs';
import type { ArchiveFile, Source } from '../../core/source';
import type { LandingManifest } from '../../core/steps';
import { crc32Hex } from '../connections/checksums';
import type { ObjectStore } from '../connections/objectStore';
import type { Landed, Landing } from '../ingest/landing';
import { ArchiveReceipts, type ArchiveReceipt } from './archiveReceipts';
import { stageLandedFile } from './stageFiles';
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

/** Reads what was landed and writes its rows; the same bytes write the same keys. */
async function stage(deps: StagingDeps, pipeline: string, landed: Landed): Promise<ArchiveReceipt> {
  const objects = new StagedObjects(deps.store, `staged/${pipeline}/${landed.sha256}`, landed);
  const counts = await stageLandedFile(deps.sourceOf(pipeline), objects, landed, deps.signal());
  const written = await objects.close();
  const { name, uri, sha256 } = landed;
  return { name, uri, sha256, objects: written, ...counts, records: written.reduce((sum, { records }) => sum + records, 0) };
}

function countsOf({ files, quarantined, records }: ArchiveReceipt, isNew: boolean): StagedCounts {
  return { files, quarantined, records, isNew };
}
