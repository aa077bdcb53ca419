import { CurrentsError, type ErrorKind } from '../core/errors';

/** Trino's own account of a failed query. */
export interface TrinoFailure {
  queryId: string;
  errorName: string;
  errorType: string;
  message: string;
}

interface FailureTraits {
  code: string;
  kind: ErrorKind;
  hint: string;
  retryable: boolean;
}

/** A query that Trino accepted and that then failed; one subclass per kind of cause. */
export abstract class TrinoQueryError extends CurrentsError {
  readonly failure: TrinoFailure;

  protected constructor(failure: TrinoFailure, traits: FailureTraits) {
    super(`Trino query ${failure.queryId}: expected rows, found ${failure.errorName}: ${failure.message}`, {
      ...traits,
      details: { ...failure },
    });
    this.failure = failure;
  }
}

/** The statement is wrong, or names what does not exist, or is not allowed. */
export class TrinoStatementError extends TrinoQueryError {
  constructor(failure: TrinoFailure) {
    super(failure, {
      code: 'TRINO_STATEMENT',
      kind: 'user',
      retryable: false,
      hint: hintOf(failure.errorName),
    });
  }
}

/** Not enough memory, queue places or time on the server. */
export class TrinoResourcesError extends TrinoQueryError {
  constructor(failure: TrinoFailure) {
    super(failure, {
      code: 'TRINO_RESOURCES',
      kind: 'upstream',
      retryable: true,
      hint:
        'Ask for less data (add a predicate on the partition column of a table), or run it when fewer ' +
        'queries run; `currents logs trino` shows the limits.',
    });
  }
}

/** Something behind Trino failed: Nessie, S3 or a table's files. */
export class TrinoExternalError extends TrinoQueryError {
  constructor(failure: TrinoFailure) {
    super(failure, {
      code: 'TRINO_EXTERNAL',
      kind: 'upstream',
      retryable: true,
      hint: 'Run `currents status` to see whether Nessie and S3 are up; the query is tried again.',
    });
  }
}

/** A fault inside Trino. */
export class TrinoInternalError extends TrinoQueryError {
  constructor(failure: TrinoFailure) {
    super(failure, {
      code: 'TRINO_INTERNAL',
      kind: 'upstream',
      retryable: true,
      hint: "Look the query id up in Trino's web UI and in `currents logs trino`.",
    });
  }
}

/** Another client or an operator's command ended the query. */
export class TrinoQueryKilledError extends TrinoQueryError {
  constructor(failure: TrinoFailure) {
    super(failure, {
      code: 'TRINO_QUERY_KILLED',
      kind: 'upstream',
      retryable: true,
      hint:
        'The query was ended from outside, for instance because its run was cancelled. ' +
        'Run it again if it is still wanted.',
    });
  }
}

/** The query was still running at its time limit; it has been ended. */
export class TrinoQueryTimeoutError extends CurrentsError {
  constructor(queryId: string, timeout_ms: number) {
    super(`Trino query ${queryId}: expected an answer within ${timeout_ms} ms, found it still running`, {
      code: 'TRINO_QUERY_TIMEOUT',
      kind: 'upstream',
      retryable: true,
      details: { queryId, timeout_ms },
      hint: 'Add a predicate on the partition column of a table, or give it more time.',
    });
  }
}

/** An answer that must be complete has more rows than its cap; none of them is used. */
export class TrinoRowCapError extends CurrentsError {
  constructor(queryId: string, cap: number) {
    super(`Trino query ${queryId}: expected at most ${cap} rows, found more`, {
      code: 'TRINO_ROW_CAP',
      kind: 'internal',
      retryable: false,
      details: { queryId, cap },
      hint:
        'Nothing was done with a part of the answer. Ask for a shorter range or fewer files; ' +
        'report it with the query id.',
    });
  }
}

/** The coordinator can't be reached, is starting, or answers something that is not Trino. */
export class TrinoUnavailableError extends CurrentsError {
  constructor(server: string, found: string, cause?: unknown) {
    super(
      `${server}: expected an answer from Trino, found ${found}`,
      {
        code: 'TRINO_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint: 'Run `currents status`; if Trino is down, `currents logs trino` says why. Check TRINO_URL.',
      },
      cause,
    );
  }
}

/** The coordinator answered and rejected the request itself: sign-in, rights, or a header it can't read. */
export class TrinoRefusedError extends CurrentsError {
  constructor(server: string, status: number, found: string) {
    super(`${server}: expected Trino to accept the request, found HTTP ${status}: ${found}`, {
      code: 'TRINO_REFUSED',
      kind: 'user',
      retryable: false,
      hint: "Check the user, the catalog's name and the session properties.",
    });
  }
}

const KILLED = new Set([
  'USER_CANCELED',
  'ADMINISTRATIVELY_KILLED',
  'ADMINISTRATIVELY_PREEMPTED',
  'ABANDONED_QUERY',
]);

/** Nessie's client: Trino reports its lost connections as internal faults. */
const BEHIND_TRINO = /Failed to execute [A-Z]+ request against/;

export function queryErrorOf(failure: TrinoFailure): TrinoQueryError {
  if (KILLED.has(failure.errorName)) return new TrinoQueryKilledError(failure);
  if (failure.errorType === 'USER_ERROR') return new TrinoStatementError(failure);
  if (failure.errorType === 'INSUFFICIENT_RESOURCES') return new TrinoResourcesError(failure);
  if (failure.errorType === 'EXTERNAL' || BEHIND_TRINO.test(failure.message))
    return new TrinoExternalError(failure);
  return new TrinoInternalError(failure);
}

function hintOf(errorName: string): string {
  if (errorName === 'PERMISSION_DENIED')
    return 'The catalog `lake` is read-only; write on a branch of your own (`currents branch create <name>`).';
  if (errorName.endsWith('NOT_FOUND'))
    return (
      'Run `currents query "show schemas from lake"` and `show tables from lake.<schema>` ' +
      'to see the existing tables.'
    );
  return 'Correct the statement; the message gives line and column.';
}
