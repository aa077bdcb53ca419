import {
  SchemaChangeNotAdditiveError,
  SparkDriverUnavailableError,
  SparkJobFailedError,
} from '../../clients/spark/errors';
import { beat } from '../boundary';
import type { SparkJobProgress, SparkJobResult, SparkRunner } from '../../clients/spark/sparkJob';

const LOOK_EVERY_MS = 300;

/** Polls until the job ends; a cancelled activity first ends the job. */
export async function awaitJob(
  deps: { spark: SparkRunner; signal(): AbortSignal },
  jobId: string,
): Promise<SparkJobResult> {
  for (;;) {
    if (deps.signal().aborted) {
      await deps.spark.cancel(jobId);
      throw deps.signal().reason;
    }
    beat(jobId);
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
  throw new SparkJobFailedError(
    jobId,
    error?.code ?? state.status.toUpperCase(),
    error?.message ?? 'no message',
    error?.tail ?? '',
  );
}
