import { CurrentsError } from '../../core/errors';

/** A command needs a running stack and finds none at the address. */
export class StackNotRunningError extends CurrentsError {
  constructor(what: string, address: string, cause: unknown) {
    super(
      `${what}: expected it at ${address}, found ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        code: 'STACK_NOT_RUNNING',
        kind: 'upstream',
        retryable: true,
        hint: 'Start it with: npx currents up',
      },
      cause,
    );
  }
}

/** A file named on the command line cannot be read. */
export class UnreadableFileError extends CurrentsError {
  constructor(option: string, file: string, cause: unknown) {
    super(
      `${option}: expected a readable file, found ` +
        `${cause instanceof Error ? cause.message : String(cause)} at ${file}`,
      {
        code: 'UNREADABLE_FILE',
        kind: 'user',
        retryable: false,
        hint: 'Check the path; it is relative to the folder you are in.',
      },
      cause,
    );
  }
}

/** A folder of real files has none that the pipeline can send. */
export class NothingToReplayError extends CurrentsError {
  constructor(folder: string, files: number) {
    super(`--replay: expected files with times and measurements, found none among ${files} in ${folder}`, {
      code: 'NOTHING_TO_REPLAY',
      kind: 'user',
      retryable: false,
      hint: 'Above is why each file was left out. docs/cli.md says what files are read: produce',
    });
  }
}

/** An option or argument is invalid. */
export class InvalidArgumentError extends CurrentsError {
  constructor(name: string, expected: string, found: string) {
    super(`${name}: expected ${expected}, found ${found}`, {
      code: 'INVALID_ARGUMENT',
      kind: 'user',
      retryable: false,
      hint: 'npx currents help <command> shows what a command takes.',
    });
  }
}

/** The backfill of a range is running with other settings than requested. */
export class BackfillRunningError extends CurrentsError {
  constructor(workflowId: string, running: string, asked: string) {
    super(`backfill: expected ${running}, as ${workflowId} has, which is running; found ${asked}`, {
      code: 'BACKFILL_RUNNING',
      kind: 'user',
      retryable: false,
      hint:
        'Give the same settings to follow it, or wait until it has ended. To end it: temporal ' +
        `workflow cancel --workflow-id ${workflowId}`,
    });
  }
}

/** No backfill of this id runs, or has run. */
export class BackfillNotFoundError extends CurrentsError {
  constructor(workflowId: string, cause: Error) {
    super(
      'backfill: expected the workflow id of one that is known and, to change it, not ended, ' +
        `found ${workflowId}: ${cause.message}`,
      {
        code: 'BACKFILL_NOT_FOUND',
        kind: 'user',
        retryable: false,
        hint:
          'currents backfill prints the id in a line of its own, workflow <id>; temporal workflow ' +
          'list --query "WorkflowType = \'backfillRange\'" lists all.',
      },
      cause,
    );
  }
}

/** A command started by another command failed. */
export class OwnCommandFailedError extends CurrentsError {
  constructor(args: string[], code: number | null, output: string) {
    super(
      `npx currents ${args.join(' ')}: expected exit code 0, found ` +
        `${code ?? 'a signal'}${output ? `: ${output.slice(-2000)}` : ''}`,
      {
        code: 'COMMAND_FAILED',
        kind: 'upstream',
        retryable: false,
        hint: 'Read the lines above; run the command by itself with the settings shown.',
      },
    );
  }
}

/** A schedule that code declares is not on the server yet. */
export class ScheduleNotAppliedError extends CurrentsError {
  constructor(scheduleId: string) {
    super(`schedule ${scheduleId}: expected it on the server, found none`, {
      code: 'SCHEDULE_NOT_APPLIED',
      kind: 'user',
      retryable: false,
      hint: 'Create it first: npx currents schedules apply',
    });
  }
}

/** `query @name` names no saved query of the core or of an enabled pipeline. */
export class UnknownQueryError extends CurrentsError {
  constructor(found: string, known: string[]) {
    super(`query: expected one of ${known.map((name) => `@${name}`).join(', ')}, found @${found}`, {
      code: 'UNKNOWN_QUERY',
      kind: 'user',
      retryable: false,
      hint: 'Use a name that the message lists. @<pipeline>/<query> is a file in `queries/` of a pipeline.',
    });
  }
}

/** `query @name` names a saved query that several pipelines have. */
export class AmbiguousQueryError extends CurrentsError {
  constructor(found: string, candidates: string[]) {
    super(`query: expected one of ${candidates.map((name) => `@${name}`).join(', ')}, found @${found}`, {
      code: 'AMBIGUOUS_QUERY',
      kind: 'user',
      retryable: false,
      hint: 'Several pipelines have a query of this name. Put the pipeline before it, as the message does.',
    });
  }
}

/** A pipeline declares the reference table, and its code reads it from no file. */
export class ReferenceNotReadableError extends CurrentsError {
  constructor(pipeline: string, table: string, readable: readonly string[]) {
    super(
      `--table: expected a table that ${pipeline} reads from files ` +
        `(${readable.join(', ') || 'none'}), found ${table}`,
      {
        code: 'REFERENCE_NOT_READABLE',
        kind: 'user',
        retryable: false,
        hint:
          'Leave the table out: it stays as it is, or comes from what the pipeline has built in. ' +
          "`referenceFiles` of the pipeline's code says what it reads.",
      },
    );
  }
}

/** A commit whose contracts are asked for cannot be read. */
export class GitRefError extends CurrentsError {
  constructor(folder: string, ref: string, cause: unknown) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    super(
      `--against: expected a branch, tag or commit of the repository of ${folder}, found ${ref}: ` +
        `${stderr.trim() || message}`,
      {
        code: 'GIT_REF',
        kind: 'user',
        retryable: false,
        hint: 'Name one that git rev-parse knows; a shallow clone of CI needs git fetch first.',
      },
      cause,
    );
  }
}

/** Contracts reject records that were right at a commit, or read them otherwise. */
export class ContractBreaksError extends CurrentsError {
  constructor(ref: string, changes: readonly string[]) {
    super(
      `contracts: expected each to take what was right at ${ref}, found ${changes.length} breaking ` +
        `changes: ${changes.join('; ')}`,
      {
        code: 'CONTRACT_BREAKS',
        kind: 'data',
        retryable: false,
        hint:
          'Add an optional column beside the old one, or a stream of its own, and move consumers first. ' +
          'docs/cli.md lists the rules.',
      },
    );
  }
}
