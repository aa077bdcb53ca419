/**
 * Conditions that any part may meet, one class each; other areas have an `errors.ts` of their own. A message
 * says what was expected, what was found and where; the hint says what to do. Activities turn these into
 * ApplicationFailure at their boundary (`activities/boundary.ts`); nothing else does. `make docs` lists every
 * class in `docs/errors.md`.
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
      hint:
        'Give both ends of the range as ISO 8601, with Z or an offset such as +10:00; the start ' +
        'before the end.',
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
      hint:
        'Give from and to as ISO 8601, mode missing, failed or all, order newest or oldest: npx ' +
        'currents help backfill',
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
        hint:
          'Look at each failed run: npx currents runs show <run>. Fix the cause and give the same ' +
          'command again. For GATE_FAILED with true data: npx currents backfill over the range of that ' +
          'chunk with --override "<reason>".',
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
      hint:
        'Nothing was changed. Check the range and its offset; to land what the source still has: ' +
        `npx currents backfill --mode all --from ${from} --to ${to}`,
    });
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
      hint:
        'Correct the definition as docs/extend.md describes it, or take its folder out of ' +
        'CURRENTS_PIPELINE_FOLDERS.',
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
