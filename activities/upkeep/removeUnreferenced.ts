import type { Client } from '@temporalio/client';
import { ReferencedFilesIncompleteError } from './errors';
import { MAIN_BRANCH, runIdAt } from '../../core/ids';
import type { Reference } from '../../nessie/model';
import type { ObjectStore, StoredObject } from '../../clients/s3/objectStore';
import { attemptOf } from '../spark/support/attempt';
import { runJob } from '../spark/support/runJob';
import { BULK_JOB } from '../../clients/spark/sizedRunner';
import { catalogOf, type SparkDeps } from '../../clients/spark/sparkJob';
import { dropBranches, findInterruptedBranches } from './support/interruptedRuns';
import { removeAll } from './support/removeAll';
import { findTableStates } from './support/tableStates';

export interface RemovalInput {
  /** The pipeline that the search is for; it covers the whole lake. */
  pipeline?: string;
  /** False: nothing is removed, the result lists what would be. Default: UPKEEP_REMOVE. */
  remove?: boolean;
}

export interface Removal {
  removed: boolean;
  /** Branches of interrupted runs; the files that only they refer to are among `files`. */
  branches: number;
  /** The first of them. */
  branch_sample: string[];
  references: number;
  referenced_files: number;
  files: number;
  bytes: number;
  /** Keys of the first of them. */
  sample: string[];
}

export interface RemoveUnreferencedDeps extends SparkDeps {
  lakeStore: ObjectStore;
  client: Client;
}

const HOUR_MS = 3_600_000;
const SAMPLES = 10;
/** Some hours of five-minute runs; a separate Spark process needs 20 s and more to start. */
const MANY_FILES = 5_000;

export function createRemoveUnreferenced(deps: RemoveUnreferencedDeps) {
  return {
    /**
     * Finds branches of interrupted runs of all pipelines, and files of the warehouse that no table of any
     * other branch or tag refers to. Both are older than the longest run can be. Removes them only when
     * asked. Branches and tags are read before the files are listed, so a file that any pipeline's run is
     * about to commit is too young to be removed. A repeat finds what is left.
     */
    async removeUnreferenced({
      pipeline = 'lake',
      remove = deps.config.UPKEEP_REMOVE,
    }: RemovalInput): Promise<Removal> {
      const oldest_ms = Date.now() - deps.config.UPKEEP_MIN_AGE_HOURS * HOUR_MS;
      const interrupted = await findInterruptedBranches(deps, oldest_ms);
      if (remove) await dropBranches(deps.nessie, interrupted);
      const references = (await deps.nessie.listReferences('')).filter(
        (reference) => !interrupted.some((branch) => isSame(branch, reference)),
      );
      const referenced = await referencedFiles(deps, pipeline, references);
      const idle = await unreferencedFiles(deps.lakeStore, referenced, oldest_ms);
      if (remove) await removeAll(deps.lakeStore, idle);
      return {
        removed: remove,
        branches: interrupted.length,
        branch_sample: interrupted.slice(0, SAMPLES).map(({ name }) => name),
        references: references.length,
        referenced_files: referenced.size,
        files: idle.length,
        bytes: idle.reduce((sum, { bytes }) => sum + bytes, 0),
        sample: idle.slice(0, SAMPLES).map(({ key }) => key),
      };
    },
  };
}

/**
 * @throws ReferencedFilesIncompleteError when no file is known. The list and the store must belong to the
 *   same lake, or everything would look unreferenced: another Nessie has no file of this one.
 */
async function unreferencedFiles(
  store: ObjectStore,
  referenced: ReadonlySet<string>,
  oldest_ms: number,
): Promise<StoredObject[]> {
  const listed = await store.list('warehouse/');
  const isReferenced = ({ key }: StoredObject): boolean => referenced.has(store.uri(key));
  if (listed.length > 0 && !listed.some(isReferenced))
    throw new ReferencedFilesIncompleteError(referenced.size, listed.length);
  return listed.filter((object) => object.modified_ms < oldest_ms && !isReferenced(object));
}

/** A branch that has moved meanwhile was not dropped, and its files are needed. */
function isSame(left: Reference, right: Reference): boolean {
  return left.name === right.name && left.hash === right.hash;
}

/**
 * A large lake uses a separate Spark process: the list takes minutes, and live runs need the warm driver
 * meanwhile.
 */
async function referencedFiles(
  deps: RemoveUnreferencedDeps,
  pipeline: string,
  references: Reference[],
): Promise<Set<string>> {
  const { tables, views } = await findTableStates(deps.nessie, references);
  if (tables.length === 0) return new Set(views.map(pathOf));
  const isLarge = (await deps.lakeStore.list('warehouse/')).length > MANY_FILES;
  const attempt = attemptOf({ pipeline, runId: runIdAt(Date.now()) });
  const jobId = attempt.jobId(`-files${isLarge ? BULK_JOB : ''}`);
  const key = `upkeep/${pipeline}/${jobId}.ndjson`;
  await runJob(deps, {
    job_id: jobId,
    run_id: jobId,
    attempt: attempt.number,
    pipeline,
    kind: 'list_files',
    outputs: [],
    catalog: catalogOf(deps.config, MAIN_BRANCH),
    kafka: { bootstrap: '', ranges: [] },
    params: { metadata: tables, out_uri: deps.store.uri(key) },
  });
  const lines = (await deps.store.get(key))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  await deps.store.remove(key);
  return new Set([...views, ...lines.map((line) => (JSON.parse(line) as { path: string }).path)].map(pathOf));
}

/** Lake paths may be written s3a:// by one engine and s3:// by another. */
function pathOf(path: string): string {
  return path.replace(/^s3[an]:/, 's3:');
}
