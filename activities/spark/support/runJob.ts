import { SchemaRegistryUnavailableError } from '../../../clients/registry/errors';
import {
  SchemaChangeNotAdditiveError,
  SparkDriverUnavailableError,
  SparkJobFailedError,
} from '../../../clients/spark/errors';
import { heartbeat } from '../../boundary';
import type {
  SparkDeps,
  SparkJobProgress,
  SparkJobResult,
  SparkJobSpec,
} from '../../../clients/spark/sparkJob';

/** Half of it is added to each run; the driver answers from its memory. */
const LOOK_EVERY_MS = 100;

/**
 * Waits until the runner has taken the job, and until it ends. The runner may have it already, from an
 * attempt that was interrupted.
 */
export async function runJob(
  deps: Pick<SparkDeps, 'spark' | 'signal'>,
  spec: SparkJobSpec,
): Promise<SparkJobResult> {
  const signal = deps.signal();
  try {
    // The details must not be plain text: plain text is the id of a job that a later attempt may take over.
    await deps.spark.submit(spec, {
      signal,
      onWait: (waiting) => heartbeat({ waiting, job_id: spec.job_id }),
    });
  } catch (error) {
    // The runner may have accepted the job at the moment of the cancellation.
    if (signal.aborted) await deps.spark.cancel(spec.job_id);
    throw error;
  }
  return awaitJob(deps, spec.job_id);
}

/** Polls until the job ends; a cancelled activity first ends the job. */
async function awaitJob(deps: Pick<SparkDeps, 'spark' | 'signal'>, jobId: string): Promise<SparkJobResult> {
  for (;;) {
    if (deps.signal().aborted) {
      await deps.spark.cancel(jobId);
      throw deps.signal().reason;
    }
    heartbeat(jobId);
    const state = await deps.spark.progress(jobId);
    if (state && state.status !== 'queued' && state.status !== 'running') return succeeded(jobId, state);
    if (!state) throw new SparkDriverUnavailableError('job list', `job ${jobId} is unknown to the driver`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function succeeded(jobId: string, state: SparkJobProgress): SparkJobResult {
  if (state.status === 'succeeded' && state.result) return state.result;
  const error = state.result?.error;
  if (error?.code === 'SCHEMA_CHANGE_NOT_ADDITIVE')
    throw new SchemaChangeNotAdditiveError(jobId, error.message);
  if (error?.code === 'SCHEMA_REGISTRY_UNAVAILABLE')
    throw new SchemaRegistryUnavailableError(`Spark job ${jobId}`, new Error(error.message));
  throw new SparkJobFailedError(
    jobId,
    error?.code ?? state.status.toUpperCase(),
    error?.message ?? 'no message',
    error?.tail ?? '',
  );
}
