import { CurrentsError } from '../errors';

/** A filter of dead letters names unknown values; lists every mistake at once. */
export class InvalidDeadLetterFilterError extends CurrentsError {
  constructor(problems: string[]) {
    super(`dead letters: ${problems.join('; ')}`, {
      code: 'DEAD_LETTER_FILTER',
      kind: 'user',
      retryable: false,
      hint:
        'Filter by ids, reason, rule, sourceFile, topic, stage, from, to, runId or status: ' +
        'npx currents deadletters list --help',
    });
  }
}

/** A decision on dead letters comes without its actor or reason. */
export class DeadLetterDecisionIncompleteError extends CurrentsError {
  constructor(field: string, found: string) {
    super(
      `${field}: expected a text that says ${field === 'requestedBy' ? 'who decided' : 'why'}, found ${found}`,
      {
        code: 'DEAD_LETTER_DECISION',
        kind: 'user',
        retryable: false,
        hint: 'Give who (--by) and why (--reason); both are kept with the dead letters.',
      },
    );
  }
}

/** No dead letter has this id, or several have. */
export class DeadLetterNotFoundError extends CurrentsError {
  constructor(id: string, found: number) {
    super(
      `dead letter ${id}: expected one with this id, ` +
        `found ${found === 0 ? 'none' : `${found}, of which it is the beginning`}`,
      {
        code: 'DEAD_LETTER_NOT_FOUND',
        kind: 'user',
        retryable: false,
        hint: 'npx currents deadletters list shows the ids; the first characters of one are enough.',
      },
    );
  }
}

/** A failed run holds the lane; records replayed now would join the batch that fails its gates. */
export class LaneHeldError extends CurrentsError {
  constructor(pipeline: string, runId: string) {
    super(`lane ${pipeline}: expected no run to hold it, found ${runId}`, {
      code: 'LANE_HELD',
      kind: 'user',
      retryable: false,
      details: { heldBy: runId },
      hint: `Answer that run first: npx currents runs show ${runId}, then runs retry, override or quarantine.`,
    });
  }
}

/** The lane is not held by the named run, or no run was named. */
export class RunNotHeldError extends CurrentsError {
  constructor(runId: string | null, held: string | null) {
    const expected = runId === null ? 'the answered run to be named' : `run ${runId} to hold the lane`;
    super(`expected ${expected}, found ${held === null ? 'no run held' : `${held} held`}`, {
      code: 'NOT_HELD',
      kind: 'user',
      retryable: false,
      hint: 'npx currents runs show names the run that holds the lane; it may have been answered already.',
    });
  }
}

/** No file of the run matches the operator's choice, so nothing would be quarantined. */
export class NothingToQuarantineError extends CurrentsError {
  constructor(runId: string, wanted: string, known: string[]) {
    super(`run ${runId}: expected ${wanted}, found ${known.join(', ') || 'no file of this run'}`, {
      code: 'NOTHING_TO_QUARANTINE',
      kind: 'user',
      retryable: false,
      hint: `Look at what would be quarantined: npx currents runs quarantine ${runId} --reason "..." --dry-run`,
    });
  }
}

/** The gate results or the branch of a failed run no longer exist. */
export class FailedRunGoneError extends CurrentsError {
  constructor(runId: string, what: string) {
    super(`run ${runId}: expected ${what}, found none`, {
      code: 'FAILED_RUN_GONE',
      kind: 'user',
      retryable: false,
      hint:
        'Kept branches are dropped after FAILED_BRANCH_DAYS, or by hand; npx currents branch ' +
        'list shows the existing ones.',
    });
  }
}
