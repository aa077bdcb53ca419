import type { ReferenceLoad } from './reference';
/**
 * Inputs and results of the workflows: plain JSON that an operator can type, and small enough for history.
 */

export interface IngestIntervalInput {
  pipeline: string;
  /** Start of the interval (ISO, UTC). A scheduled run omits it: the schedule's nominal time is the start. */
  intervalStart?: string;
  /** Wait for the source to publish the interval (default true). */
  wait?: boolean;
  /**
   * Also fetch files that the listing shows unchanged, and compare their bytes (default false: name, size and
   * time are trusted).
   */
  verify?: boolean;
  /** ISO instant: files published before it must be found (default: a listing some seconds old is enough). */
  listedSince?: string;
  /** Ask the lane for a refine run afterwards (default true). */
  refine?: boolean;
}

export interface IngestCounts {
  files: number;
  seen: number;
  quarantined: number;
  rows: number;
  deadLetters: number;
  /** What the source does not list, at most a hundred. */
  missing: string[];
  /** How many more than `missing` names. Absent in histories before 0.2. */
  missingMore?: number;
}

export interface IngestRangeInput {
  pipeline: string;
  from: string;
  to: string;
  /** Branch that the refined data is merged into (default main). */
  branch?: string;
  /** Also fetch files that the listing shows unchanged, and compare their bytes (default true). */
  verify?: boolean;
  /** Refine afterwards, as an operator's run, and wait for its end (default true). */
  refine?: boolean;
}

export interface IngestedRange extends IngestCounts {
  intervals: number;
  /** Null when it did not refine. */
  refine: RefineResult | null;
}

export interface IngestRangeResult extends IngestedRange {
  refine: RefineResult;
}

/**
 * `live`, `backfill` and `upkeep` runs wait behind a failed gate; `operator` runs do not wait and clear it
 * when they pass. A lane serves them in this order: operator, metadata, live, backfill, upkeep.
 */
export type RunKind = 'operator' | 'metadata' | 'live' | 'backfill' | 'upkeep';

/** What one run works on. */
export type RunWork =
  | {
      /** What Kafka holds; up to these ends only where the run answers a held one. */
      kind: 'records';
      upTo?: KafkaRange[];
      /** Records of these files go to dead letters instead of the lake. */
      quarantine?: QuarantineFiles;
    }
  /** Landed files in bulk. */
  | { kind: 'landed'; batch: LandingBatch }
  /** Reference tables. */
  | { kind: 'reference'; load: ReferenceLoad }
  /** Gold alone, from the silver that is on the branch. */
  | { kind: 'gold' }
  /** The files of these tables instead of their rows (all tables of the pipeline when left out). */
  | { kind: 'upkeep'; tables?: string[] };

export interface RefineInput {
  pipeline: string;
  kind?: RunKind;
  /** Branch the run starts from and merges into (default main). */
  branch?: string;
  /** Default: what Kafka holds. */
  work?: RunWork;
  /** Expectations and dbt tests may fail without stopping this run, and why. */
  override?: { reason: string };
  /** Set by the lane, which alone starts runs that write. */
  grantedRunId?: string;
}

/**
 * Landed files whose rows are staged in S3; the manifest (see `LandingManifest`) is too large for a history.
 */
export interface LandingBatch {
  manifestUri: string;
  records: number;
}

/**
 * Files by the SHA-256 of their bytes. `rule` names the expectation that they broke, `reason` is the
 * operator's text.
 */
export interface QuarantineFiles {
  checksums: string[];
  rule: string;
  reason: string;
}

export interface KafkaRange {
  topic: string;
  partition: number;
  start: number;
  end: number;
}

export interface TableCounts {
  table_name: string;
  rows_in: number;
  bronze_rows: number;
  redelivered: number;
  inserted: number;
  updated: number;
  duplicates: number;
  superseded: number;
  dead_letters: number;
  /** Newest time of the rows, on the pipeline's clock; null without rows. */
  interval_max?: string | null;
}

export interface RefineResult {
  status: 'merged' | 'nothing_new';
  runId: string;
  branch: string;
  mergeHash: string | null;
  records: number;
  deadLetters: number;
  counts: TableCounts[];
  intervalMin: string | null;
  intervalMax: string | null;
  gates: { evaluated: number; failed: number; warnings: string[] };
  unknownUnits: number;
  /** Milliseconds per step of the run. */
  durations_ms: Record<string, number>;
}

export interface LaneState {
  pipeline: string;
  branch: string;
  running: { runId: string; kind: RunKind; startedAt: string } | null;
  queued: { runId: string; kind: RunKind; requestedBy: string }[];
  held: HeldRun | null;
  recent: { runId: string; kind: RunKind; status: string; endedAt: string }[];
}

export interface HeldRun {
  runId: string;
  code: string;
  message: string;
  failedBranch: string | null;
  since: string;
  /** Kafka ranges that the run had taken; unknown if it failed before planning. */
  ranges?: KafkaRange[];
  /**
   * Files that decisions on this hold have sent to dead letters so far; each later decision sends them there
   * again.
   */
  quarantine?: QuarantineFiles;
}
