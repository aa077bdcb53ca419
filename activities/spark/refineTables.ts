import type { ReferenceLoad } from '../../core/reference';
import type { LandingManifest, RefinedTables, RefineTablesInput } from '../../core/steps';
import { joinedRanges, type Window } from '../../core/touched';
import { pipelineNamed } from '../../pipelines/registry';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { openAttempt, type Attempt } from './support/attempt';
import { batchParts, sumResults } from './support/batchParts';
import { requireNoDrift } from './support/contractDrift';
import { runJob } from './support/runJob';
import { BULK_JOB, BULK_RECORDS } from '../../clients/spark/sizedRunner';
import {
  catalogOf,
  type SparkDeps,
  type SparkJobResult,
  type SparkJobSpec,
} from '../../clients/spark/sparkJob';

export function createRefineTables(deps: SparkDeps) {
  return {
    /**
     * Bronze, silver, dead letters and ledger on a branch of this attempt, created at the base hash: one
     * Spark job, or several in sequence for a batch larger than MAX_BATCH_RECORDS. A retry takes over the job
     * of the attempt before it; if that job failed it starts again on a fresh branch, so that no half-written
     * data survives. A cancellation waits until the job is gone.
     */
    async refineTables(input: RefineTablesInput): Promise<RefinedTables> {
      await requireNoDrift(input.pipeline, deps.config.schemaRegistryUrl);
      const attempt = await openAttempt(deps, input);
      const results: SparkJobResult[] = [];
      for (const spec of await specsOf(deps, input, attempt)) results.push(await runJob(deps, spec));
      const result = sumResults(results);
      const head = await deps.nessie.getReference(attempt.branch);
      return {
        workBranch: head.name,
        headHash: head.hash,
        counts: result.counts,
        steps: result.steps,
        ...(result.touched ? { touched: joinedRanges(result.touched) } : {}),
        window: windowOf(result),
        unknownUnits: result.unknown_unit_count,
      };
    },
  };
}

function windowOf({ intervals }: Pick<SparkJobResult, 'intervals'>): Window | null {
  return intervals?.min && intervals.max ? { from: intervals.min, to: intervals.max } : null;
}

async function specsOf(
  { config, store }: SparkDeps,
  input: RefineTablesInput,
  attempt: Attempt,
): Promise<SparkJobSpec[]> {
  const { pipeline, runId, plan, reference, landing } = input;
  const { outputs, needsRegistry } = pipelineNamed(pipeline);
  const isBulk = (landing?.records ?? 0) >= BULK_RECORDS;
  const params = reference ? referenceParams(reference) : await refineParams(store, input);
  return batchParts(plan?.ranges ?? [], config.MAX_BATCH_RECORDS).map((ranges, part) => ({
    job_id: attempt.jobId(`${part > 0 ? `-p${part}` : ''}${isBulk ? BULK_JOB : ''}`),
    run_id: runId,
    attempt: attempt.number,
    pipeline,
    kind: reference ? 'load_reference' : 'refine',
    outputs,
    catalog: catalogOf(config, attempt.branch),
    kafka: { bootstrap: config.kafkaBrokers.join(','), ranges },
    params,
    ...(needsRegistry ? { schema_registry: config.schemaRegistryUrl } : {}),
  }));
}

function referenceParams({ tables, sourceName }: ReferenceLoad): Record<string, unknown> {
  return { tables, source: sourceName, mode: 'replace' };
}

async function refineParams(
  store: ObjectStore,
  { landing, quarantine }: RefineTablesInput,
): Promise<Record<string, unknown>> {
  const manifest =
    landing && (JSON.parse((await store.getUri(landing.manifestUri)).toString('utf8')) as LandingManifest);
  return {
    expect_ledger: true,
    landing: manifest?.objects ?? [],
    replace: manifest?.replace ?? false,
    quarantine,
  };
}
