import { activityInfo } from '@temporalio/activity';
import { ReferencedFilesIncompleteError } from '../../core/errors';
import { MAIN_BRANCH } from '../../core/ids';
import { beat } from '../boundary';
import type { ObjectStore } from '../connections/objectStore';
import { awaitJob } from '../spark/awaitJob';
import type { SparkDeps } from '../spark/refineTables';
import { catalogOf } from '../spark/sparkJob';

export interface RemovalInput {
  pipeline: string;
  /** False: nothing is removed, the result tells what would be. Left out: as UPKEEP_REMOVE says. */
  remove?: boolean;
}

export interface Removal {
  removed: boolean;
  references: number;
  referenced_files: number;
  files: number;
  bytes: number;
  /** The first of them. */
  sample: string[];
}

export interface RemovalDeps extends SparkDeps {
  lakeStore: ObjectStore;
}

const HOUR_MS = 3_600_000;
const SAMPLES = 10;

export function createRemovalActivities(deps: RemovalDeps) {
  return {
    /**
     * Finds files under the warehouse that no table of any branch or tag refers to, and that are older than the longest
     * run can be; removes them only when asked. Branches and tags are read before the files are listed, so a file that
     * a run is about to commit is too young to be taken. Repeating it finds what is left.
     */
    async removeUnreferenced({ pipeline, remove = deps.config.UPKEEP_REMOVE }: RemovalInput): Promise<Removal> {
      const oldest_ms = Date.now() - deps.config.UPKEEP_MIN_AGE_HOURS * HOUR_MS;
      const references = await deps.nessie.listReferences('');
      const referenced = await referencedFiles(deps, pipeline, references.map(({ name, hash }) => ({ name, hash })));
      const listed = await deps.lakeStore.list('warehouse/');
      const known = listed.filter(({ key }) => referenced.has(deps.lakeStore.uri(key))).length;
      // The list and the store must speak of the same places, or everything would look unreferenced.
      if (referenced.size > 0 && known === 0) throw new ReferencedFilesIncompleteError(referenced.size, listed.length);
      const idle = listed.filter(({ key, modified_ms }) => modified_ms < oldest_ms && !referenced.has(deps.lakeStore.uri(key)));
      if (remove) await removeAll(deps.lakeStore, idle.map(({ key }) => key));
      return {
        removed: remove, references: references.length, referenced_files: referenced.size, files: idle.length,
        bytes: idle.reduce((sum, { bytes }) => sum + bytes, 0), sample: idle.slice(0, SAMPLES).map(({ key }) => key),
      };
    },

    /** Removes what can be made again: staged rows and bulk plans past STAGED_DAYS. Landing itself is kept unless LANDING_DAYS says otherwise. */
    async removeExpired({ pipeline, remove = deps.config.UPKEEP_REMOVE }: RemovalInput): Promise<Pick<Removal, 'removed' | 'files' | 'bytes'>> {
      const { STAGED_DAYS, LANDING_DAYS } = deps.config;
      const classes: [string, number | undefined][] = [['staged', STAGED_DAYS], ['bulk', STAGED_DAYS], ['receipts', LANDING_DAYS], ['landing', LANDING_DAYS]];
      const expired: { key: string; bytes: number }[] = [];
      for (const [prefix, keep_days] of classes) {
        if (keep_days === undefined) continue;
        const found = await deps.store.list(`${prefix}/${pipeline}/`);
        expired.push(...found.filter(({ modified_ms }) => modified_ms < Date.now() - keep_days * 24 * HOUR_MS));
      }
      if (remove) await removeAll(deps.store, expired.map(({ key }) => key));
      return { removed: remove, files: expired.length, bytes: expired.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
  };
}

/** Lake paths may be written s3a:// by one engine and s3:// by another. */
async function referencedFiles(deps: RemovalDeps, pipeline: string, refs: { name: string; hash: string }[]): Promise<Set<string>> {
  const { workflowExecution, attempt } = activityInfo();
  const name = `${workflowExecution!.runId}-a${attempt}`;
  const out = deps.store.uri(`upkeep/${pipeline}/${name}.ndjson`);
  const jobId = `${pipeline}-files-${name}`;
  await deps.spark.submit({
    job_id: jobId, run_id: name, attempt, pipeline, kind: 'list_files', catalog: catalogOf(deps.config, MAIN_BRANCH),
    kafka: { bootstrap: '', ranges: [] }, params: { refs, tables: null, out_uri: out },
  });
  await awaitJob(deps, jobId);
  const lines = (await deps.store.getUri(out)).toString('utf8').split('\n').filter((line) => line !== '');
  return new Set(lines.map((line) => (JSON.parse(line) as { path: string }).path.replace(/^s3[an]:/, 's3:')));
}

async function removeAll(store: ObjectStore, keys: string[]): Promise<void> {
  for (const [index, key] of keys.entries()) {
    await store.remove(key);
    if (index % 100 === 0) beat(`${index} of ${keys.length} removed`);
  }
}
