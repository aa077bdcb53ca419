import type {
  SparkDeps,
  SparkJobProgress,
  SparkJobResult,
  SparkJobSpec,
} from '../../../../clients/spark/sparkJob';
import { NessieReferenceNotFoundError } from '../../../../nessie/errors';
import { memoryStore } from '../memoryStore';

/**
 * Branches and a Spark runner in memory: a job that succeeds moves its branch, and an id that is known is not
 * run again, as with the real ones.
 */
export interface MemoryLake {
  deps: SparkDeps;
  branches: Map<string, string>;
  submitted: SparkJobSpec[];
  merges: { from: string }[];
  /** Status that the next jobs end with. */
  ends: 'succeeded' | 'failed';
  /** What a job that fails says. */
  error: SparkJobResult['error'];
}

export function memoryLake(): MemoryLake {
  const branches = new Map([
    ['main', 'base0000'],
    ['slot_1', 'audited'],
  ]);
  const jobs = new Map<string, SparkJobProgress>();
  const merges: MemoryLake['merges'] = [];
  const nessie = {
    getReference: async (name: string) =>
      branches.has(name)
        ? { name, hash: branches.get(name)! }
        : Promise.reject(new NessieReferenceNotFoundError('get', name)),
    assignBranch: async (name: string, _expected: string, to: { hash: string }) =>
      void branches.set(name, to.hash),
    createBranch: async (name: string, to: { hash: string }) => void branches.set(name, to.hash),
    deleteBranch: async (name: string) => void branches.delete(name),
    listReferences: async (prefix: string) =>
      [...branches].filter(([name]) => name.startsWith(prefix)).map(([name, hash]) => ({ name, hash })),
    log: async () => [],
    diff: async () => [],
    merge: async (request: { from: string }) => {
      merges.push(request);
      return { wasApplied: true, resultantTargetHash: 'merged' };
    },
  };
  const spark = {
    submit: async (spec: SparkJobSpec) => {
      if (jobs.has(spec.job_id)) return;
      lake.submitted.push(spec);
      if (lake.ends === 'succeeded') branches.set(spec.catalog.ref, `written by ${spec.job_id}`);
      jobs.set(spec.job_id, {
        status: lake.ends,
        step: 'done',
        result: {
          status: lake.ends,
          error: lake.error,
          counts: [],
          steps: [],
          intervals: null,
          unknown_unit_count: 0,
        } as never,
      });
    },
    progress: async (id: string) => jobs.get(id) ?? null,
    cancel: async () => undefined,
  };
  const config = {
    MAX_BATCH_RECORDS: 100,
    kafkaBrokers: [],
    nessieUrl: '',
    LAKE_BUCKET: 'lake',
    s3: { endpoint: '', region: '', pathStyle: true },
  };
  const signal = (): AbortSignal => new AbortController().signal;
  const lake: MemoryLake = {
    deps: { config, nessie, spark, store: memoryStore(), signal } as unknown as SparkDeps,
    branches,
    submitted: [],
    merges,
    ends: 'succeeded',
    error: null,
  };
  return lake;
}
