import type { LandingBatch } from '../../core/runs';
import type { LandingManifest } from '../../core/steps';
import { pipelineNamed } from '../../pipelines/registry';
import { sha256Hex } from '../connections/checksums';
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
}

export interface StagedLanding {
  /** Null when landing has nothing for the chunk. */
  batch: LandingBatch | null;
  files: number;
  quarantined: number;
}

export function createReloadActivities(deps: StagingDeps) {
  return {
    /**
     * Reads landed files of a stretch again, with today's parser and rules, and stages their rows for one bulk run. The source
     * is not asked. The same landing staged by the same code gives the same rows.
     */
    async stageLanding({ pipeline, from, to, replace, name }: ReloadChunk): Promise<StagedLanding> {
      const landing = deps.landingOf(pipeline);
      const reports = pipelineNamed(pipeline).completeness.map(({ report }) => report);
      const keys = await landing.keysBetween(reports, from, to);
      if (keys.length === 0) return { batch: null, files: 0, quarantined: 0 };
      const listKey = `bulk/${pipeline}/${name}-files.json`;
      await deps.store.put(listKey, JSON.stringify(keys));
      const objects = new StagedObjects(deps.store, `staged/${pipeline}/${name}`, { uri: deps.store.uri(listKey), sha256: sha256Hex(Buffer.from(keys.map(({ key }) => key).join('\n'))) });
      const counts = { files: 0, quarantined: 0 };
      for (const { key, report, name: fileName } of keys) {
        const staged = await stageLandedFile(deps.sourceOf(pipeline), objects, await landing.read(key, fileName, report), deps.signal());
        counts.files += staged.files;
        counts.quarantined += staged.quarantined;
      }
      const manifest: LandingManifest = { objects: await objects.close(), replace };
      const manifestKey = `bulk/${pipeline}/${name}.json`;
      await deps.store.put(manifestKey, JSON.stringify(manifest));
      const records = manifest.objects.reduce((sum, object) => sum + object.records, 0);
      return { ...counts, batch: { manifestUri: deps.store.uri(manifestKey), records } };
    },
  };
}
