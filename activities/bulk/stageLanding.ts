import type { LandedGaps } from '../../core/landedGaps';
import type { LandingBatch } from '../../core/runs';
import type { LandingManifest } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import { sha256Hex } from '../../clients/s3/checksums';
import { landedIn, type LandedHolder, type LandedStretch } from '../ingest/landedIn';
import { ChunkFiles } from './support/chunkFiles';
import { stageLandedFile } from './stageFiles';
import { StagedObjects } from './stagedObjects';
import type { StagingDeps } from './staging';

export interface ReloadChunk {
  pipeline: string;
  /** ISO instants (UTC): what was landed for intervals that end in `(from, to]`. */
  from: string;
  to: string;
  replace: boolean;
  /** Of the manifest in S3; the same over retries. */
  name: string;
  /** The reload that this chunk belongs to (default: the chunk is all of it). */
  whole?: LandedStretch;
}

export interface StagedLanding {
  /** Null when landing has no record for the chunk. */
  batch: LandingBatch | null;
  files: number;
  quarantined: number;
  /**
   * Tables of many intervals that were staged whole although the reload asks for a part. Absent in histories
   * before 0.2.
   */
  wholeTables?: string[];
  /** Intervals of the chunk for which landing has no file. Absent in histories before 0.2. */
  unlanded?: LandedGaps;
}

export function createStageLanding(deps: StagingDeps) {
  return {
    /**
     * Reads landed files of a time range again, with today's parser and rules, and stages their rows for one
     * bulk run. It takes the range's files from a packed archive, and a table of many intervals whole,
     * because the lake replaces by file. Does not ask the source. The same landing and code give the same
     * rows.
     */
    async stageLanding({
      pipeline,
      from,
      to,
      replace,
      name,
      whole = { from, to },
    }: ReloadChunk): Promise<StagedLanding> {
      const [source, rules] = [deps.sourceOf(pipeline), pipelineNamed(pipeline).completeness];
      const found = await landedIn(
        deps.landingOf(pipeline),
        source,
        rules.map(({ report }) => report),
        { from, to },
      );
      const files = new ChunkFiles(source, found, { from, to }, whole);
      const { manifest, ...counts } = await stage(deps, pipeline, name, files);
      const facts = { ...counts, wholeTables: files.wholeTables(), unlanded: files.gaps(rules, Date.now()) };
      const records = manifest.reduce((sum, object) => sum + object.records, 0);
      if (records === 0) return { ...facts, batch: null };
      const key = `bulk/${pipeline}/${name}.json`;
      await deps.store.put(key, JSON.stringify({ objects: manifest, replace } satisfies LandingManifest));
      return { ...facts, batch: { manifestUri: deps.store.uri(key), records } };
    },
  };
}

async function stage(
  deps: StagingDeps,
  pipeline: string,
  name: string,
  files: ChunkFiles,
): Promise<{ files: number; quarantined: number; manifest: LandingManifest['objects'] }> {
  const [source, opened] = [deps.sourceOf(pipeline), files.opened()];
  const objects = new StagedObjects(
    deps.store,
    `staged/${pipeline}/${name}`,
    await keptList(deps, pipeline, name, opened),
  );
  const counts = { files: 0, quarantined: 0 };
  for (const holder of opened) {
    const landed = await deps.landingOf(pipeline).read(holder.key, holder.name, holder.report);
    const staged = await stageLandedFile(source, objects, landed, deps.signal(), (file) =>
      files.takes(holder, file),
    );
    counts.files += staged.files;
    counts.quarantined += staged.quarantined;
  }
  return { ...counts, manifest: await objects.close() };
}

/** The list of files a chunk reads, under which the ledger records the run. */
async function keptList(
  { store }: StagingDeps,
  pipeline: string,
  name: string,
  opened: LandedHolder[],
): Promise<{ uri: string; sha256: string }> {
  const key = `bulk/${pipeline}/${name}-files.json`;
  await store.put(
    key,
    JSON.stringify(
      opened.map(({ key: landed, report, name: file }) => ({ key: landed, report, name: file })),
    ),
  );
  return {
    uri: store.uri(key),
    sha256: sha256Hex(Buffer.from(opened.map(({ key: landed }) => landed).join('\n'))),
  };
}
