import { activityInfo } from '@temporalio/activity';
import type { Config } from '../../core/config';
import { workBranch } from '../../core/ids';
import type { MetadataLoad } from '../../core/runs';
import type { LandingManifest, RefinedTables, RefineTablesInput, Window } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import type { ObjectStore } from '../connections/objectStore';
import { resetBranch } from '../runs/branchMoves';
import { awaitJob } from './awaitJob';
import { batchParts, sumResults } from './batchParts';
import { bulkJobId, BULK_RECORDS } from './sizedRunner';
import { catalogOf, type SparkJobResult, type SparkJobSpec, type SparkRunner } from './sparkJob';

export interface SparkDeps {
  config: Config;
  nessie: NessieClient;
  spark: SparkRunner;
  store: ObjectStore;
  signal(): AbortSignal;
}

export function createSparkActivities(deps: SparkDeps) {
  return {
    /**
     * Bronze, silver, dead letters and ledger on a branch of this attempt, made from the base hash: one Spark job, or
     * several one after the other where the batch is larger than MAX_BATCH_RECORDS. A retry finds the job of the
     * attempt before it and takes over; if that one failed it starts anew on a fresh branch, so that nothing
     * half-written survives. Cancelling waits until the job is gone.
     */
    async refineTables(input: RefineTablesInput): Promise<RefinedTables> {
      const earlier = await takeOver(deps, activityInfo().heartbeatDetails as string | undefined);
      const attempt = earlier?.attempt ?? activityInfo().attempt;
      const work = workBranch(input.pipeline, input.runId, attempt);
      if (!earlier) await resetBranch(deps.nessie, work, { name: input.branch, hash: input.baseHash });
      const results: SparkJobResult[] = [];
      for (const spec of await specsOf(deps, input, attempt)) results.push(await runJob(deps, spec));
      const result = sumResults(results);
      const head = await deps.nessie.getReference(work);
      return {
        workBranch: head.name, headHash: head.hash, counts: result.counts, steps: result.steps,
        window: windowOf(result),
        unknownUnits: result.unknown_unit_count,
      };
    },
  };
}

/** A job that the runner has already, of an attempt that was cut off, is only waited for. */
async function runJob(deps: SparkDeps, spec: SparkJobSpec): Promise<SparkJobResult> {
  if (!(await deps.spark.progress(spec.job_id))) await deps.spark.submit(spec);
  return awaitJob(deps, spec.job_id);
}

function windowOf({ intervals }: Pick<SparkJobResult, 'intervals'>): Window | null {
  return intervals?.min && intervals.max ? { from: intervals.min, to: intervals.max } : null;
}

/** The job of an earlier attempt, if the runner still has it and it did not fail. */
async function takeOver(deps: SparkDeps, jobId: string | undefined): Promise<{ attempt: number } | null> {
  if (typeof jobId !== 'string') return null;
  const state = await deps.spark.progress(jobId);
  if (!state || state.status === 'failed' || state.status === 'cancelled') return null;
  return { attempt: Number(jobId.slice(jobId.lastIndexOf('-a') + 2)) };
}

async function specsOf({ config, store }: SparkDeps, input: RefineTablesInput, attempt: number): Promise<SparkJobSpec[]> {
  const { pipeline, runId, plan, metadata, landing } = input;
  const name = `${pipeline}-${runId}-${input.baseHash.slice(0, 8)}`;
  const params = metadata ? metadataParams(metadata) : await refineParams(store, input);
  return batchParts(plan?.ranges ?? [], config.MAX_BATCH_RECORDS).map((ranges, part) => ({
    job_id: `${(landing?.records ?? 0) >= BULK_RECORDS ? bulkJobId(name) : name}${part > 0 ? `-p${part}` : ''}-a${attempt}`, run_id: runId, attempt, pipeline,
    kind: metadata ? 'load_metadata' : 'refine',
    catalog: catalogOf(config, workBranch(pipeline, runId, attempt)),
    kafka: { bootstrap: config.kafkaBrokers.join(','), ranges }, params,
  }));
}

function metadataParams({ unitsUri, regionsUri, sourceName }: MetadataLoad): Record<string, unknown> {
  return { units_uri: unitsUri ?? null, regions_uri: regionsUri ?? null, source: sourceName, mode: 'replace' };
}

async function refineParams(store: ObjectStore, { landing, quarantine }: RefineTablesInput): Promise<Record<string, unknown>> {
  const manifest = landing && (JSON.parse((await store.getUri(landing.manifestUri)).toString('utf8')) as LandingManifest);
  return { expect_ledger: true, landing: manifest?.objects ?? [], replace: manifest?.replace ?? false, quarantine };
}
