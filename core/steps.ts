import type { TimeRange, Window } from './touched';
import type { ReferenceLoad } from './reference';
import type { KafkaRange, LandingBatch, QuarantineFiles, TableCounts } from './runs';

/** Data passed between the steps of a refine run: names, hashes, counts and URIs, never rows. */

export interface RunRef {
  pipeline: string;
  runId: string;
  /** Branch the run starts from and merges into. */
  branch: string;
  slot: string;
}

export interface BatchPlan {
  ranges: KafkaRange[];
  records: number;
}

/**
 * Rows of one topic from one landed file, gzipped, one a line. A data topic's line is the value its Kafka
 * record would have; a dead-letter topic's line is `{"value", "headers"}` of that record.
 */
export interface StagedObject {
  uri: string;
  topic: string;
  records: number;
  /** Size of the object; absent in receipts before 0.2. */
  bytes?: number;
  /** The landed file and the SHA-256 of its bytes, as the ledger records them. */
  object_uri: string;
  checksum: string;
}

/** A bulk batch, stored as JSON in S3. With `replace`, bronze's rows of the same files are removed first. */
export interface LandingManifest {
  objects: StagedObject[];
  replace: boolean;
}

export interface RefineTablesInput extends RunRef {
  baseHash: string;
  plan: BatchPlan | null;
  reference: ReferenceLoad | null;
  landing: LandingBatch | null;
  quarantine: QuarantineFiles | null;
}

/** Time touched by a run; histories before 0.2 have `window` instead. */
export interface Touched {
  touched?: TimeRange[];
  window?: Window | null;
}

export interface RefinedTables {
  workBranch: string;
  headHash: string;
  counts: TableCounts[];
  /** Absent in histories before 0.2. */
  touched?: TimeRange[];
  /** First and last interval touched, for people. */
  window: Window | null;
  unknownUnits: number;
  steps: { name: string; ms: number }[];
}

/** What upkeep found and did in one table. Sizes in bytes. */
export interface TableUpkeep {
  table_name: string;
  action: 'rewritten' | 'planned' | 'skipped';
  needs: string[];
  files_before: number;
  files_after: number;
  delete_files_before: number;
  delete_files_after: number;
  bytes_before: number;
  bytes_after: number;
  manifests_before: number;
  manifests_after: number;
  seconds: number;
}

export interface UpkeepTables {
  workBranch: string;
  headHash: string;
  tables: TableUpkeep[];
}

export type GateStage = 'bronze' | 'silver' | 'gold';

export interface AuditInput extends RunRef, Touched {
  hash: string;
  stages: GateStage[];
  /**
   * The commit that a run of records began with: of tables that are as they were there, only missing rows are
   * looked for. Absent: every table is audited in full.
   */
  baseHash?: string;
}

export interface AuditResult {
  passed: boolean;
  evaluated: number;
  failed: number;
  /** It failed only because units of an interval are missing. Absent in histories before 0.2. */
  onlyIncomplete?: boolean;
  /** One readable line per failed expectation, with counts. */
  failures: string[];
  warnings: string[];
  /** NDJSON of rows for `gate_results`, and the GX result documents. */
  rowsUri: string;
  resultUris: string[];
}

export interface GoldInput extends RunRef, Touched {
  /** Hash of the audited silver on the slot; every attempt starts from it. */
  fromHash: string;
  /** An operator has overridden the gates, dbt's tests among them. */
  withoutTests: boolean;
}

export interface GoldResult {
  headHash: string;
  passed: number;
  warned: number;
  nodes: number;
  /** dbt tests that fail on the target branch by the same rows. Absent in histories before 0.2. */
  standing?: string[];
}

export interface PublishRunInput extends RunRef {
  baseHash: string;
  auditedHash: string;
  rowsUris: string[];
  properties: Record<string, string>;
}

export interface PublishRunResult {
  mergeHash: string;
  outcome: string;
}

export interface KeepFailedInput extends RunRef {
  auditedHash: string | null;
  rowsUris: string[];
  sparkWroteDeadLetters: boolean;
}
