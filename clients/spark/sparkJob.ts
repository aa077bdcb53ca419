import type { Config } from '../../settings/config';
import type { S3Access } from '../../settings/objectStore';
import type { KafkaRange, TableCounts } from '../../core/runs';
import type { TimeRange } from '../../core/touched';
import type { TableUpkeep } from '../../core/steps';
import type { NessieClient } from '../../nessie/client';
import type { ObjectStore } from '../s3/objectStore';

/** Where the lake's objects are. */
interface StoreSpec {
  /** Absent: the one of AWS for the region. */
  s3_endpoint?: string;
  s3_region: string;
  /** Absent: true. */
  s3_path_style?: boolean;
  /** Absent: none. */
  s3_sse?: 'AES256' | 'aws:kms';
  s3_sse_kms_key_id?: string;
}

/**
 * The job contract between TypeScript and PySpark: one JSON document in, one out, whichever runner carries
 * it.
 */
export interface SparkJobSpec {
  job_id: string;
  run_id: string;
  attempt: number;
  pipeline: string;
  kind: 'refine' | 'load_reference' | 'publish_evidence' | 'maintain' | 'list_files';
  /**
   * Tables that the merge of the job's branch may change; repairs beside the job's own work, such as wrong
   * dates, stay within them.
   */
  outputs: readonly string[];
  catalog: StoreSpec & {
    mode: 'native';
    uri: string;
    ref: string;
    warehouse: string;
  };
  kafka: { bootstrap: string; ranges: KafkaRange[] };
  params: Record<string, unknown>;
  /** Root of its API, where messages may name schemas of a registry. */
  schema_registry?: string;
}

export interface SparkJobResult {
  job_id: string;
  status: 'succeeded' | 'failed' | 'cancelled';
  error: { code: string; message: string; tail: string } | null;
  counts: TableCounts[];
  /** Absent in drivers before 0.2. */
  touched?: TimeRange[];
  intervals: { min: string | null; max: string | null } | null;
  trading_dates: string[];
  unknown_units: string[];
  unknown_unit_count: number;
  /** Of kind `maintain`. */
  maintenance?: TableUpkeep[];
  steps: { name: string; ms: number }[];
  duration_ms: number;
}

export interface SparkJobProgress {
  status: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  step: string;
  result?: SparkJobResult;
}

/** How a caller waits for a busy runner. */
export interface Waiting {
  /** Ends the wait. */
  signal: AbortSignal;
  /** Called repeatedly with the cause of the wait. */
  onWait(reason: string): void;
}

/**
 * Runs jobs somewhere. Submitting a job id again returns the existing job; cancelling waits until it has
 * ended.
 */
export interface SparkRunner {
  /** Returns when the runner has taken the job, which may be after other jobs have ended. */
  submit(spec: SparkJobSpec, waiting: Waiting): Promise<void>;
  progress(jobId: string): Promise<SparkJobProgress | null>;
  cancel(jobId: string): Promise<void>;
}

/** What an activity that runs jobs needs. */
export interface SparkDeps {
  config: Config;
  nessie: NessieClient;
  spark: SparkRunner;
  store: ObjectStore;
  signal(): AbortSignal;
}

/** S3 keys never travel in a spec: the runner's process has them in its environment. */
export function catalogOf(config: Config, ref: string): SparkJobSpec['catalog'] {
  return {
    mode: 'native',
    uri: config.nessieUrl,
    ref,
    warehouse: `s3://${config.LAKE_BUCKET}/warehouse`,
    ...storeOf(config.s3),
  };
}

function storeOf({ endpoint, region, pathStyle, encryption }: S3Access): StoreSpec {
  return {
    ...(endpoint === undefined ? {} : { s3_endpoint: endpoint }),
    s3_region: region,
    ...(pathStyle ? {} : { s3_path_style: false }),
    ...(encryption === undefined ? {} : { s3_sse: encryption.type }),
    ...(encryption?.type === 'aws:kms' ? { s3_sse_kms_key_id: encryption.kmsKeyId } : {}),
  };
}
