import { CurrentsError } from '../core/errors';

/** What the server said: HTTP status, Nessie's own error code and its sentence. */
export interface NessieAnswer {
  status: number;
  errorCode: string;
  message: string;
}

/** One key that changed on both sides, or a reference that is not at the hash that the caller expects. */
export interface NessieConflictDetail {
  type: string;
  key: string;
  message: string;
}

/** The server can't be reached, answers too late, answers 429 or 5xx, or is not Nessie. */
export class NessieUnavailableError extends CurrentsError {
  constructor(operation: string, found: string, cause?: unknown) {
    super(
      `${operation}: expected an answer from Nessie, found ${found}`,
      {
        code: 'NESSIE_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint: 'Run `currents status`; if Nessie is down, `currents logs nessie` says why. Check NESSIE_URL.',
      },
      cause,
    );
  }
}

/** A named branch, tag or hash does not exist, or two branches share no history. */
export class NessieReferenceNotFoundError extends CurrentsError {
  constructor(operation: string, found: string) {
    const unrelated = found.includes('common ancestor');
    super(`${operation}: expected an existing reference, found: ${found}`, {
      code: 'NESSIE_REFERENCE_NOT_FOUND',
      kind: 'user',
      retryable: false,
      hint: unrelated
        ? 'The branch was made before main had a first commit. Drop it and create it again from main.'
        : 'Run `currents branch list` to see the existing branches.',
    });
  }
}

/** A branch or tag of this name already exists. */
export class NessieReferenceExistsError extends CurrentsError {
  constructor(operation: string, found: string) {
    super(`${operation}: expected a free name, found: ${found}`, {
      code: 'NESSIE_REFERENCE_EXISTS',
      kind: 'user',
      retryable: false,
      hint: 'Choose another name, or drop the branch with `currents branch drop <name>`.',
    });
  }
}

/**
 * A compare-and-set lost: the reference moved, or the same table changed on both sides. Retryable after
 * the caller has read the reference again; repeating the very same call never helps.
 */
export class NessieConflictError extends CurrentsError {
  readonly conflicts: NessieConflictDetail[];

  constructor(operation: string, found: string, conflicts: NessieConflictDetail[] = []) {
    super(
      `${operation}: expected the reference and its tables unchanged since they were read, found: ${found}`,
      {
        code: 'NESSIE_CONFLICT',
        kind: 'upstream',
        retryable: true,
        details: { conflicts },
        hint: 'Another client wrote meanwhile. The run is replayed on the new main; nothing is forced.',
      },
    );
    this.conflicts = conflicts;
  }
}

/** The server rejected the call itself: bad name, bad hash, missing right. */
export class NessieRefusedError extends CurrentsError {
  constructor(operation: string, answer: NessieAnswer) {
    super(
      `${operation}: expected Nessie to accept the call, found ${answer.status} ` +
        `${answer.errorCode}: ${answer.message}`,
      {
        code: 'NESSIE_REFUSED',
        kind: 'user',
        retryable: false,
        hint: 'Correct the name or hash in the message; A-Z, a-z, 0-9, `_`, `-`, `.` and `/` make a branch name.',
      },
    );
  }
}

/** A merge was asked for with a field name the server silently ignores, so a dry run would really merge. */
export class MisnamedMergeFieldError extends CurrentsError {
  constructor(found: string, expected: string) {
    super(`merge: expected field ${expected}, found ${found}, which the server ignores`, {
      code: 'NESSIE_MISNAMED_MERGE_FIELD',
      kind: 'internal',
      retryable: false,
      hint: `Write ${expected}; see docs/decisions on Nessie's merge fields (projectnessie/nessie#12130).`,
    });
  }
}

/** The branch holds a commit that no gate has seen. */
export class UnauditedCommitError extends CurrentsError {
  constructor(branch: string, auditedHash: string, foundHash: string) {
    super(`${branch}: expected the audited hash ${auditedHash}, found ${foundHash}`, {
      code: 'NESSIE_UNAUDITED_COMMIT',
      kind: 'internal',
      retryable: false,
      details: { branch, auditedHash, foundHash },
      hint: 'Something wrote to the branch after its gates ran. Run the batch again; nothing was published.',
    });
  }
}

/** The branch changed tables that the run did not declare as its outputs. */
export class UndeclaredChangesError extends CurrentsError {
  constructor(branch: string, keys: string[], declared: string[]) {
    super(`${branch}: expected changes only to ${declared.join(', ')}, found changes to ${keys.join(', ')}`, {
      code: 'NESSIE_UNDECLARED_CHANGES',
      kind: 'internal',
      retryable: false,
      details: { branch, keys, declared },
      hint: 'Declare the table as an output of the pipeline, or find out what wrote to it. Nothing was published.',
    });
  }
}

/** A branch has an ops table both in the namespace of 0.1.0 and in the present one. */
export class OpsTableTwiceError extends CurrentsError {
  constructor(branch: string, tables: string[], pipeline: string) {
    super(
      `${branch}: expected ${tables.join(', ')} in ops or in ${pipeline}_ops, found each in both namespaces`,
      {
        code: 'OPS_TABLE_TWICE',
        kind: 'data',
        retryable: false,
        details: { branch, tables },
        hint:
          `Compare the tables in both namespaces. Keep one of each on ${branch}, drop the ` +
          'other, then run npx currents up again.',
      },
    );
  }
}

/** Main changed the same tables while the run worked; the run is replayed on the new main. */
export class MergeConflictError extends CurrentsError {
  constructor(runId: string, keys: string[]) {
    super(
      `run ${runId}: expected to merge without conflict, found ` +
        `${keys.join(', ') || 'changed keys'} changed on both sides`,
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
