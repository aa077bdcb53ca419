import type { KafkaRange } from './runs';

/**
 * Every condition a user can meet, one class each. A message says what was expected, what was found
 * and where; the hint says what to do. Activities turn these into ApplicationFailure at their boundary
 * (`activities/boundary.ts`); nothing else does. `make docs` lists every class in
 * `docs/errors.md`.
 */

/**
 * `user`: fix the call or the configuration; `upstream`: an outside system; `data`: the bytes are wrong;
 * `internal`: our defect.
 */
export type ErrorKind = 'user' | 'upstream' | 'data' | 'internal';

export interface ErrorTraits {
  code: string;
  kind: ErrorKind;
  hint: string;
  retryable: boolean;
  /** A normal condition, logged at a low level and not counted as a failure. */
  benign?: boolean;
  retryAfter_ms?: number;
  details?: Record<string, unknown>;
}

export abstract class CurrentsError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string;
  readonly retryable: boolean;
  readonly benign: boolean;
  readonly retryAfter_ms: number | undefined;
  readonly details: Record<string, unknown>;

  protected constructor(message: string, traits: ErrorTraits, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = traits.code;
    this.kind = traits.kind;
    this.hint = traits.hint;
    this.retryable = traits.retryable;
    this.benign = traits.benign ?? false;
    this.retryAfter_ms = traits.retryAfter_ms;
    this.details = traits.details ?? {};
  }
}

/** A given interval bound is not a time, or the range is empty. */
export class InvalidIntervalError extends CurrentsError {
  constructor(name: string, found: string) {
    super(`${name}: expected an ISO 8601 time such as 2026-11-20T14:05:00Z, found ${found}`, {
      code: 'INVALID_INTERVAL',
      kind: 'user',
      retryable: false,
      hint: 'Give both ends of the range as ISO 8601, with Z or an offset such as +10:00; the start before the end.',
    });
  }
}

/** The input of a backfill is invalid; lists every mistake at once. */
export class BackfillInputError extends CurrentsError {
  constructor(problems: string[]) {
    super(`backfill: ${problems.join('; ')}`, {
      code: 'BACKFILL_INPUT',
      kind: 'user',
      retryable: false,
      hint: 'Give from and to as ISO 8601, mode missing, failed or all, order newest or oldest: npx currents help backfill',
    });
  }
}

/** Some chunks of a backfill were not merged; the others were. */
export class BackfillIncompleteError extends CurrentsError {
  constructor(failures: { from: string; to: string; runId: string | null; code: string; message: string }[]) {
    super(
      `backfill: expected every chunk to be merged, found ${failures.length} failed: ${failures
        .slice(0, 3)
        .map(({ from, to, code }) => `${from} to ${to}: ${code}`)
        .join('; ')}`,
      {
        code: 'BACKFILL_INCOMPLETE',
        kind: 'data',
        retryable: false,
        details: { failures: failures.slice(0, 20), runId: failures[0]?.runId ?? null },
        hint: 'Look at each failed run: npx currents runs show <run>. Fix the cause and give the same command again. For GATE_FAILED with true data: npx currents backfill over the range of that chunk with --override "<reason>".',
      },
    );
  }
}

/** Landing has no file for any interval of the range to rebuild. */
export class NothingLandedError extends CurrentsError {
  constructor(pipeline: string, from: string, to: string) {
    super(`${pipeline}: expected landed files of intervals from ${from} to ${to}, found none`, {
      code: 'NOTHING_LANDED',
      kind: 'user',
      retryable: false,
      details: { from, to },
      hint: `Nothing was changed. Check the range and its offset; to land what the source still has: npx currents backfill --mode all --from ${from} --to ${to}`,
    });
  }
}

/** The list of referenced files has nothing in common with the store: removal would delete everything. */
export class ReferencedFilesIncompleteError extends CurrentsError {
  constructor(referenced: number, stored: number) {
    super(
      `upkeep: expected some of the ${stored} stored files among the ${referenced} that the lake refers to, found none`,
      {
        code: 'REFERENCED_FILES_INCOMPLETE',
        kind: 'internal',
        retryable: false,
        hint: 'Nothing was removed. Check that NESSIE_URL is the lake of this LAKE_BUCKET; compare with the location of its tables: npx currents query \"select \\\"$path\\\" from <schema>.<table> limit 1\"',
      },
    );
  }
}

/** A branch or tag holds content whose files are unknown, so no file counts as unreferenced. */
export class LakeContentUnknownError extends CurrentsError {
  constructor(key: string, type: string, hash: string) {
    super(
      `upkeep: expected Iceberg tables, views and namespaces in the lake, found ${key} of type ${type} in commit ${hash}`,
      {
        code: 'LAKE_CONTENT_UNKNOWN',
        kind: 'data',
        retryable: false,
        hint: 'Nothing was removed: its files are not known. Drop it from the branches that have it, or keep it out of this Nessie, then run npx currents maintain again.',
      },
    );
  }
}

/** Upkeep would have changed the rows of a table; nothing was merged. */
export class UpkeepChangedRowsError extends CurrentsError {
  constructor(changed: string[]) {
    super(`upkeep: expected every table to hold as many rows as before, found ${changed.join(', ')}`, {
      code: 'UPKEEP_CHANGED_ROWS',
      kind: 'internal',
      retryable: false,
      hint: 'Nothing was merged; main is as it was. Report it with the run id.',
    });
  }
}

/** The environment or a settings file does not match the schema; lists every mistake at once. */
export class InvalidConfigurationError extends CurrentsError {
  constructor(problems: string) {
    super(`The configuration is not valid:\n${problems}`, {
      code: 'INVALID_CONFIGURATION',
      kind: 'user',
      retryable: false,
      hint: 'Correct each setting listed; .env.example describes all of them.',
    });
  }
}

/** A pipeline of this name has no folder under `pipelines/`. */
export class UnknownPipelineError extends CurrentsError {
  constructor(found: string, known: string[]) {
    super(`pipeline: expected one of ${known.join(', ')}, found ${found}`, {
      code: 'UNKNOWN_PIPELINE',
      kind: 'user',
      retryable: false,
      hint: `Use one of: ${known.join(', ')}.`,
    });
  }
}

/** A definition from a folder is invalid; lists every mistake at once. */
export class PipelineInvalidError extends CurrentsError {
  constructor(file: string, problems: string[]) {
    super(`${file}: expected a pipeline definition, found ${problems.join('; ')}`, {
      code: 'PIPELINE_INVALID',
      kind: 'user',
      retryable: false,
      hint: 'Correct the definition as docs/extend.md describes it, or take its folder out of CURRENTS_PIPELINE_FOLDERS.',
    });
  }
}

/** The command needs a capability that this pipeline does not have. */
export class PipelineCannotError extends CurrentsError {
  constructor(pipeline: string, wish: string) {
    super(`${pipeline}: expected a pipeline that can ${wish}, found one that cannot`, {
      code: 'PIPELINE_CANNOT',
      kind: 'user',
      retryable: false,
      details: { pipeline, wish },
      hint: `Nothing was changed. A pipeline fed by topics is refined with: npx currents run ${pipeline}`,
    });
  }
}

/** The source has not published an interval's files yet: this is normal and polled again. */
export class SourceNotPublishedError extends CurrentsError {
  constructor(missing: string[], retryAfter_ms: number) {
    super(`expected the source to list ${missing.join(', ')}, found none yet`, {
      code: 'SOURCE_NOT_PUBLISHED',
      kind: 'upstream',
      retryable: true,
      benign: true,
      retryAfter_ms,
      hint: 'Nothing to do: the interval is polled again; one that is never published is reported as a gap.',
    });
  }
}

/** A critical expectation failed, or too many others did; main is untouched and the branch is kept. */
export class GateFailedError extends CurrentsError {
  /**
   * @param ranges Kafka ranges that the run had taken
   */
  constructor(runId: string, branch: string, failures: string[], ranges?: KafkaRange[]) {
    super(
      `run ${runId}: expected every gate to pass, found ${failures.length} failed: ${failures.slice(0, 5).join('; ')}`,
      {
        code: 'GATE_FAILED',
        kind: 'data',
        retryable: false,
        details: { runId, branch, failures: failures.slice(0, 20), ...(ranges ? { ranges } : {}) },
        hint: `Look at branch ${branch} (npx currents branch diff ${branch}), fix the data, then: npx currents runs retry ${runId} --reason "..."`,
      },
    );
  }
}

/** Main changed the same tables while the run worked; the run is replayed on the new main. */
export class MergeConflictError extends CurrentsError {
  constructor(runId: string, keys: string[]) {
    super(
      `run ${runId}: expected to merge without conflict, found ${keys.join(', ') || 'changed keys'} changed on both sides`,
      {
        code: 'MERGE_CONFLICT',
        kind: 'upstream',
        retryable: false,
        details: { keys },
        hint: 'The run is replayed on the new main automatically; start it again if all attempts failed.',
      },
    );
  }
}

/** The Spark job of a run ended without a result, or failed. */
export class SparkJobFailedError extends CurrentsError {
  constructor(jobId: string, code: string, message: string, tail: string) {
    super(`Spark job ${jobId}: expected it to succeed, found ${code}: ${message}`, {
      code: 'SPARK_JOB_FAILED',
      kind: 'internal',
      retryable: !DEFINITE_SPARK_CODES.has(code),
      details: { sparkCode: code, tail: tail.slice(-4000) },
      hint: 'Read the end of the job output in the details, or: npx currents logs spark',
    });
  }
}

/** A table of the lake has a column that its declaration does not have, or has with another type. */
export class SchemaChangeNotAdditiveError extends CurrentsError {
  constructor(jobId: string, message: string) {
    super(`Spark job ${jobId}: expected only added columns, found: ${message}`, {
      code: 'SCHEMA_CHANGE_NOT_ADDITIVE',
      kind: 'user',
      retryable: false,
      hint: 'Keep the column as it was and declare a new one beside it, or recreate the table by a rebuild. Nothing was changed on the target branch.',
    });
  }
}

/** Conditions that a second attempt over the same input would meet again. */
const DEFINITE_SPARK_CODES = new Set([
  'LEDGER_MISMATCH',
  'KAFKA_RECORDS_MISSING',
  'RECONCILIATION_BROKEN',
  'SPARK_SPEC_INVALID',
  'SPARK_REF_PROTECTED',
  'SPARK_OBJECT_INVALID',
  'SCHEMA_CHANGE_NOT_ADDITIVE',
]);

/** The Spark driver does not answer; it restarts automatically. */
export class SparkDriverUnavailableError extends CurrentsError {
  constructor(url: string, cause: unknown) {
    super(
      `Spark driver: expected an answer at ${url}, found ${String(cause)}`,
      {
        code: 'SPARK_DRIVER_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint: 'It restarts automatically; npx currents status shows it, npx currents logs spark shows the cause.',
      },
      cause,
    );
  }
}

/** S3 rejected a request or did not answer. */
export class ObjectStoreError extends CurrentsError {
  constructor(operation: string, key: string, cause: unknown) {
    super(
      `S3 ${operation} ${key}: expected it to succeed, found ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`,
      {
        code: 'OBJECT_STORE',
        kind: 'upstream',
        retryable: true,
        hint: 'Check the object store: npx currents doctor',
      },
      cause,
    );
  }
}

/**
 * Kafka ends before the ledger: it lost records, or a topic was recreated. New records would count as read.
 */
export class KafkaRewoundError extends CurrentsError {
  constructor(
    pipeline: string,
    partitions: { topic: string; partition: number; ledgerEnd: number; high: number }[],
  ) {
    const found = partitions.map(
      ({ topic, partition, ledgerEnd, high }) =>
        `${topic}[${partition}] ends at ${high}, the ledger at ${ledgerEnd}`,
    );
    super(
      `${pipeline}: expected Kafka to hold what the ledger has read, found ${found.slice(0, 5).join('; ')}`,
      {
        code: 'KAFKA_REWOUND',
        kind: 'data',
        retryable: false,
        details: { partitions },
        hint: `Run: npx currents realign --pipeline ${pipeline}, then npx currents rebuild over the time since Kafka was lost, then release the lane: npx currents runs retry`,
      },
    );
  }
}

/** Kafka rejected a request or did not answer within the client's own retries. */
export class KafkaUnavailableError extends CurrentsError {
  constructor(operation: string, cause: unknown) {
    super(
      `Kafka ${operation}: expected it to succeed, found ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        code: 'KAFKA_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint: 'Check the broker: npx currents doctor',
      },
      cause,
    );
  }
}
