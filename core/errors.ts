/**
 * Every condition a user can meet, one class each. A message says what was expected, what was found
 * and where; the hint says what to do. Activities turn these into ApplicationFailure at their boundary
 * (`activities/boundary.ts`); nothing else does. `docs/runbook.md` has a section for each code.
 */

/** `user`: fix the call or the configuration; `upstream`: an outside system; `data`: the bytes are wrong; `internal`: our defect. */
export type ErrorKind = 'user' | 'upstream' | 'data' | 'internal';

export interface ErrorTraits {
  code: string;
  kind: ErrorKind;
  hint: string;
  retryable: boolean;
  /** A normal condition, logged quietly and not counted as a failure. */
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

/** An interval bound given by a user is not a time, or the range is empty. */
export class InvalidIntervalError extends CurrentsError {
  constructor(name: string, found: string) {
    super(`${name}: expected an ISO 8601 time such as 2026-11-20T14:05:00Z, found ${found}`, {
      code: 'INVALID_INTERVAL', kind: 'user', retryable: false,
      hint: 'Give both ends of the range as ISO 8601, with Z or an offset such as +10:00; the start before the end.',
    });
  }
}

/** The environment or a settings file does not fit the schema; lists every mistake at once. */
export class InvalidConfigurationError extends CurrentsError {
  constructor(problems: string) {
    super(`The configuration is not valid:\n${problems}`, {
      code: 'INVALID_CONFIGURATION', kind: 'user', retryable: false,
      hint: 'Correct each setting listed; .env.example describes all of them.',
    });
  }
}

/** A pipeline of this name has no folder under `pipelines/`. */
export class UnknownPipelineError extends CurrentsError {
  constructor(found: string, known: string[]) {
    super(`pipeline: expected one of ${known.join(', ')}, found ${found}`, {
      code: 'UNKNOWN_PIPELINE', kind: 'user', retryable: false, hint: `Use one of: ${known.join(', ')}.`,
    });
  }
}
