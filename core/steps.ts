import type { KafkaRange, MetadataLoad, TableCounts } from './runs';

/** What passes between the steps of a refine run: names, hashes, counts and URIs, never rows. */

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
  /** Records left for the next run, since one run takes a bounded number. */
  remaining: number;
}

export interface RefineTablesInput extends RunRef {
  baseHash: string;
  plan: BatchPlan | null;
  metadata: MetadataLoad | null;
}

export interface Window {
  /** First and last trading interval touched: NEM time, interval end, `YYYY-MM-DD HH:MM:SS`. */
  from: string;
  to: string;
}

export interface RefinedTables {
  workBranch: string;
  headHash: string;
  counts: TableCounts[];
  window: Window | null;
  unknownUnits: number;
  steps: { name: string; ms: number }[];
}

export type GateStage = 'bronze' | 'silver' | 'gold';

export interface AuditInput extends RunRef {
  hash: string;
  stages: GateStage[];
  window: Window | null;
}

export interface AuditResult {
  passed: boolean;
  evaluated: number;
  failed: number;
  /** One readable line per failed expectation, with counts. */
  failures: string[];
  warnings: string[];
  /** NDJSON of rows for ops.gate_results, and the GX result documents. */
  rowsUri: string;
  resultUris: string[];
}

export interface GoldInput extends RunRef {
  /** The audited silver on the slot; every attempt starts from it. */
  fromHash: string;
  window: Window | null;
  /** An operator has overridden the gates, dbt's tests among them. */
  withoutTests: boolean;
}

export interface GoldResult {
  headHash: string;
  passed: number;
  warned: number;
  nodes: number;
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
