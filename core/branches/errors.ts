import { CurrentsError } from '../errors';

/** A feature branch may not have this name: runs use it, Nessie rejects it, or its catalog shows another. */
export class BranchNameError extends CurrentsError {
  constructor(expected: string, found: string) {
    super(`name of a branch: expected ${expected}, found ${found}`, {
      code: 'BRANCH_NAME',
      kind: 'user',
      retryable: false,
      hint: 'Choose another name. currents branch list shows those that are taken.',
    });
  }
}

/** The input of a feature branch's workflow is invalid; lists every mistake at once. */
export class FeatureBranchInputError extends CurrentsError {
  constructor(problems: string[]) {
    super(`feature branch: ${problems.join('; ')}`, {
      code: 'FEATURE_BRANCH_INPUT',
      kind: 'user',
      retryable: false,
      hint: 'Give branch and, for a run, pipeline: docs/workflows.md lists the fields.',
    });
  }
}

/** The branch has been promoted, dropped or has expired. */
export class FeatureBranchOverError extends CurrentsError {
  constructor(branch: string, status: string) {
    super(`branch ${branch}: expected it to be open, found it ${status}`, {
      code: 'FEATURE_BRANCH_OVER',
      kind: 'user',
      retryable: false,
      hint: 'Start the workflow again, for a new branch of main.',
    });
  }
}

/** Main changed tables that the branch changed too. */
export class BranchConflictError extends CurrentsError {
  constructor(branch: string, keys: string[]) {
    super(
      `branch ${branch}: expected main to be unchanged where the branch changed it, found ` +
        `${keys.join(', ')} changed on both`,
      {
        code: 'BRANCH_CONFLICT',
        kind: 'user',
        retryable: false,
        hint:
          "Make a new branch of today's main, repeat the work on it (NESSIE_BRANCH=<new> npx " +
          'currents run ...), then promote that one.',
      },
    );
  }
}

/** A branch of 0.1 cannot be merged: its ops tables and main's were moved separately. */
export class BranchBeforeMoveError extends CurrentsError {
  constructor(branch: string, keys: string[]) {
    super(
      `branch ${branch}: expected one made of main after 0.2 moved its ops tables, found an older one, with ` +
        `${keys.join(', ')} changed on both`,
      {
        code: 'BRANCH_BEFORE_MOVE',
        kind: 'user',
        retryable: false,
        hint:
          `Nothing was changed. npx currents branch diff ${branch} shows its changes. Make a new branch of ` +
          "today's main, repeat the work on it (NESSIE_BRANCH=<new> npx currents run ...), promote that one, " +
          `then drop ${branch}.`,
      },
    );
  }
}
