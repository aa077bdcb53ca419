import { CurrentsError } from '../../core/errors';

/** Conditions that a second attempt over the same input would meet again. */
const DEFINITE_SPARK_CODES = new Set([
  'ANOMALY_STATE_VERSION',
  'FOLD_STEP_FAILED',
  'LEDGER_MISMATCH',
  'KAFKA_RECORDS_MISSING',
  'RECONCILIATION_BROKEN',
  'SPARK_SPEC_INVALID',
  'SPARK_REF_PROTECTED',
  'SPARK_OBJECT_INVALID',
  'SCHEMA_CHANGE_NOT_ADDITIVE',
  'CONTRACT_INVALID',
  'STAGED_COLUMNS_WRONG',
  'STAGED_OBJECT_UNREADABLE',
]);

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
      hint:
        'Keep the column as it was and declare a new one beside it, or recreate the table by a ' +
        'rebuild. Nothing was changed on the target branch.',
    });
  }
}

/** The Spark driver does not answer; it restarts automatically. */
export class SparkDriverUnavailableError extends CurrentsError {
  constructor(url: string, cause: unknown) {
    super(
      `Spark driver: expected an answer at ${url}, found ${String(cause)}`,
      {
        code: 'SPARK_DRIVER_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint:
          'It restarts automatically; npx currents status shows it, npx currents logs spark shows ' +
          'the cause.',
      },
      cause,
    );
  }
}
