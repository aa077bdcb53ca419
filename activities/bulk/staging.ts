import type { LandingBatch } from '../../core/runs';
import type { ArchiveFile, Source } from '../../core/source';
import type { LandingManifest, StagedObject } from '../../core/steps';
import { crc32Hex } from '../../clients/s3/checksums';
import type { ObjectStore } from '../../clients/s3/objectStore';
import type { Landed, Landing } from '../ingest/landing';
import { ArchiveReceipts, stagedFolder, type ArchiveReceipt } from './archiveReceipts';
import { stageLandedFile } from './stageFiles';
import { StagedObjects } from './stagedObjects';
import { stagedForm } from './support/stagedForm';
import { ArchiveNotStagedError } from './errors';

export interface StagingDeps {
  store: ObjectStore;
  sourceOf(pipeline: string): Source;
  landingOf(pipeline: string): Landing;
  signal(): AbortSignal;
}

export interface StageArchiveInput {
  pipeline: string;
  archive: ArchiveFile;
  /**
   * Fetch and read it again when files of it were not trusted: the download may have been truncated, or the
   * parser has been fixed (default false).
   */
  fresh?: boolean;
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
     * Lands one archive and stages its rows in S3 for Spark, by the same parser and checks as live files. A
     * repeat finds the receipt and does nothing while its rows exist; missing rows are staged again from
     * landing, without asking the source. Half-written objects of a dead attempt are overwritten.
     */
    async stageArchive({ pipeline, archive, fresh = false }: StageArchiveInput): Promise<StagedCounts> {
      const receipts = new ArchiveReceipts(deps.store, pipeline);
      const found = await receipts.read(archive);
      const known = found && fresh && found.quarantined > 0 ? null : found;
      if (known && (await receipts.isWhole(known))) return countsOf(known, false);
      const landed =
        (known && (await landedAt(deps, pipeline, archive, known))) ?? (await land(deps, pipeline, archive));
      const receipt = await stage(deps, pipeline, landed);
      await receipts.write(archive, receipt);
      return countsOf(receipt, true);
    },

    /**
     * Writes the manifest of the rows staged from a chunk's archives. The same archives give the same
     * manifest.
     *
     * @throws ArchiveNotStagedError when an archive's rows are not all there.
     */
    async assembleBatch({
      pipeline,
      archives,
      name,
    }: {
      pipeline: string;
      archives: ArchiveFile[];
      name: string;
    }): Promise<LandingBatch> {
      const receipts = new ArchiveReceipts(deps.store, pipeline);
      const objects = (await Promise.all(archives.map((archive) => objectsOf(receipts, archive)))).flat();
      const key = `bulk/${pipeline}/${name}.json`;
      await deps.store.put(key, JSON.stringify({ objects, replace: false } satisfies LandingManifest));
      return {
        manifestUri: deps.store.uri(key),
        records: objects.reduce((sum, { records }) => sum + records, 0),
      };
    },
  };
}

async function objectsOf(receipts: ArchiveReceipts, archive: ArchiveFile): Promise<StagedObject[]> {
  const receipt = await receipts.read(archive);
  if (!receipt || !(await receipts.isWhole(receipt))) throw new ArchiveNotStagedError(archive.name);
  return receipt.objects;
}

async function land(deps: StagingDeps, pipeline: string, archive: ArchiveFile): Promise<Landed> {
  const bytes = await deps.sourceOf(pipeline).fetchFile(archive, deps.signal());
  return deps.landingOf(pipeline).land(landedAs(archive), bytes, crc32Hex(bytes));
}

/** The archive as an earlier backfill landed it, or null when landing no longer has it. */
async function landedAt(
  deps: StagingDeps,
  pipeline: string,
  { report }: ArchiveFile,
  { name, uri }: ArchiveReceipt,
): Promise<Landed | null> {
  const key = uri.replace(deps.store.uri(''), '');
  return (await deps.store.head(key)) ? deps.landingOf(pipeline).read(key, name, report) : null;
}

/** Archives lie in landing beside the files of the interval they end with. */
function landedAs({
  report,
  name,
  url,
  to,
  published_bytes,
  published_at,
}: ArchiveFile): Parameters<Landing['land']>[0] {
  return { report, name, url, interval_end_at: to, published_bytes, published_at, required: false };
}

/** Reads what was landed and writes its rows; the same bytes write the same keys. */
async function stage(deps: StagingDeps, pipeline: string, landed: Landed): Promise<ArchiveReceipt> {
  const objects = new StagedObjects(deps.store, stagedFolder(pipeline, landed.sha256), landed);
  const counts = await stageLandedFile(deps.sourceOf(pipeline), objects, landed, deps.signal());
  const written = await objects.close();
  const { name, uri, sha256 } = landed;
  return {
    name,
    uri,
    sha256,
    objects: written,
    form: stagedForm(pipeline),
    ...counts,
    records: written.reduce((sum, { records }) => sum + records, 0),
  };
}

function countsOf({ files, quarantined, records }: ArchiveReceipt, isNew: boolean): StagedCounts {
  return { files, quarantined, records, isNew };
}
