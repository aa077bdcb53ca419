import { activityInfo } from '@temporalio/activity';
import type { Config } from '../core/config';
import { workBranch } from '../core/ids';
import type { MetadataLoad } from '../core/runs';
import type { LandingManifest, RefinedTables, RefineTablesInput, Window } from '../core/steps';
import type { NessieClient } from '../nessie/client';
import { awaitJob } from './awaitJob';
import { resetBranch } from './branchMoves';
import type { ObjectStore } from './objectStore';
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
     * One Spark job: bronze, silver, dead letters and ledger on a branch of this attempt, made from the base
     * hash. A retry finds the job of the attempt before it and takes over; if that one failed it starts anew on
     * a fresh branch, so that nothing half-written survives. Cancelling waits until the job is gone.
     */
    async refineTables(input: RefineTablesInput): Promise<RefinedTables> {
      const earlier = await takeOver(deps, activityInfo().heartbeatDetails as string | undefined);
      const attempt = earlier?.attempt ?? activityInfo().attempt;
      const spec = await specOf(deps, input, attempt);
      if (!earlier) {
        await resetBranch(deps.nessie, spec.catalog.ref, { name: input.branch, hash: input.baseHash });
        await deps.spark.submit(spec);
      }
      const result = await awaitJob(deps, spec.job_id);
      const head = await deps.nessie.getReference(spec.catalog.ref);
      return {
        workBranch: head.name, headHash: head.hash, counts: result.counts, steps: result.steps,
        window: windowOf(result),
        unknownUnits: result.unknown_unit_count,
      };
    },
  };
}

function windowOf({ intervals }: SparkJobResult): Window | null {
  return intervals?.min && intervals.max ? { from: intervals.min, to: intervals.max } : null;
}

/** The job of an earlier attempt, if the runner still has it and it did not fail. */
async function takeOver(deps: SparkDeps, jobId: string | undefined): Promise<{ attempt: number } | null> {
  if (typeof jobId !== 'string') return null;
  const state = await deps.spark.progress(jobId);
  if (!state || state.status === 'failed' || state.status === 'cancelled') return null;
  return { attempt: Number(jobId.slice(jobId.lastIndexOf('-a') + 2)) };
}

async function specOf({ config, store }: SparkDeps, input: RefineTablesInput, attempt: number): Promise<SparkJobSpec> {
  const { pipeline, runId, plan, metadata } = input;
  const name = `${pipeline}-${runId}-${input.baseHash.slice(0, 8)}`;
  return {
    job_id: `${(input.landing?.records ?? 0) >= BULK_RECORDS ? bulkJobId(name) : name}-a${attempt}`, run_id: runId, attempt, pipeline,
    kind: metadata ? 'load_metadata' : 'refine',
    catalog: catalogOf(config, workBranch(pipeline, runId, attempt)),
    kafka: { bootstrap: config.kafkaBrokers.join(','), ranges: plan?.ranges ?? [] },
    params: metadata ? metadataParams(metadata) : await refineParams(store, input),
  };
}

function metadataParams({ unitsUri, regionsUri, sourceName }: MetadataLoad): Record<string, unknown> {
  return { units_uri: unitsUri ?? null, regions_uri: regionsUri ?? null, source: sourceName, mode: 'replace' };
}

async function refineParams(store: ObjectStore, { landing, quarantine }: RefineTablesInput): Promise<Record<string, unknown>> {
  const manifest = landing && (JSON.parse((await store.getUri(landing.manifestUri)).toString('utf8')) as LandingManifest);
  return { expect_ledger: true, landing: manifest?.objects ?? [], replace: manifest?.replace ?? false, quarantine };
}
