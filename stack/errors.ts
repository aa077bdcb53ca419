import { CurrentsError } from '../core/errors';

/** A part of the stack is not in `.stack`, or not in the version the lock files name. */
export class StackNotInstalledError extends CurrentsError {
  constructor(part: string, expectedAt: string) {
    super(`${part}: expected at ${expectedAt}, found nothing`, {
      code: 'STACK_NOT_INSTALLED',
      kind: 'user',
      retryable: false,
      hint: 'Run: make setup',
    });
  }
}

/** A program the user must provide is missing or too old. */
export class PrerequisiteError extends CurrentsError {
  constructor(what: string, expected: string, found: string, hint: string) {
    super(`${what}: expected ${expected}, found ${found}`, {
      code: 'PREREQUISITE_MISSING',
      kind: 'user',
      retryable: false,
      hint,
    });
  }
}

/** pip or Maven ended with an error; the message carries the end of its output. */
export class InstallError extends CurrentsError {
  constructor(part: string, command: string, outputTail: string) {
    super(`${part}: expected \`${command}\` to end with 0, it did not:\n${outputTail}`, {
      code: 'INSTALL_FAILED',
      kind: 'upstream',
      retryable: true,
      hint: 'Check that the package registry can be reached, then run: make setup (what is already there is kept)',
    });
  }
}

/** One or more ports of the stack are held by processes that are not ours; lists each. */
export class PortTakenError extends CurrentsError {
  constructor(clashes: string[], portBase: number) {
    super(
      `The stack's ports must be free, found taken:\n${clashes.map((clash) => `  ${clash}`).join('\n')}`,
      {
        code: 'PORT_TAKEN',
        kind: 'user',
        retryable: false,
        hint: `End those processes, or choose other ports: CURRENTS_PORT_BASE=${portBase + 100} currents up`,
      },
    );
  }
}

/** A name given to `--only`, `--without` or `logs` is not a service of the stack. */
export class UnknownServiceError extends CurrentsError {
  constructor(found: string, known: readonly string[]) {
    super(`service: expected one of ${known.join(', ')}, found ${found}`, {
      code: 'UNKNOWN_SERVICE',
      kind: 'user',
      retryable: false,
      hint: `Use one of: ${known.join(', ')}.`,
    });
  }
}

/** A service did not become ready; the stack that was being started has been stopped again. */
export class ServiceFailedError extends CurrentsError {
  constructor(service: string, finding: string, logFile: string, logTail: string) {
    super(
      `${service}: expected it to become ready, found ${finding}\n--- end of ${logFile} ---\n${logTail}`,
      {
        code: 'SERVICE_FAILED',
        kind: 'upstream',
        retryable: true,
        hint:
          `The log above says why; the whole of it: currents logs ${service}. What can be ` +
          'checked beforehand: currents doctor',
      },
    );
  }
}

/** The supervisor ended or did not answer while the stack was starting. */
export class SupervisorError extends CurrentsError {
  constructor(finding: string, logFile: string, logTail: string) {
    super(`supervisor: expected it to answer, found ${finding}\n--- end of ${logFile} ---\n${logTail}`, {
      code: 'SUPERVISOR_FAILED',
      kind: 'internal',
      retryable: true,
      hint: 'Run: currents down, then currents up',
    });
  }
}

/** A configuration template names a value that no service gives; a defect of the template. */
export class TemplateError extends CurrentsError {
  constructor(template: string, placeholder: string) {
    super(`${template}: expected a value for @${placeholder}@, found none`, {
      code: 'TEMPLATE_INVALID',
      kind: 'internal',
      retryable: false,
      hint: `Add ${placeholder} to the values in stack/services, or correct the template.`,
    });
  }
}

/** `down --volumes` was neither confirmed nor given `--yes`; nothing was stopped or deleted. */
export class DeletionNotConfirmedError extends CurrentsError {
  constructor() {
    super('down --volumes: expected the answer yes, found none', {
      code: 'NOT_CONFIRMED',
      kind: 'user',
      retryable: false,
      hint: 'Nothing was stopped or deleted. In a script: currents down --volumes --yes',
    });
  }
}

/** A restore into this home has not ended: its files are incomplete. */
export class HomeRestoringError extends CurrentsError {
  constructor(home: string, by = '') {
    super(
      `${home}: expected a whole home folder, found a restore into it${by && ` by ${by}`} that has not ended`,
      {
        code: 'HOME_RESTORING',
        kind: 'user',
        retryable: false,
        hint:
          'If it was interrupted, run it again, which empties the home first: currents ' +
          'restore <folder>. Or delete the home: currents down --volumes',
      },
    );
  }
}

/**
 * The database that Temporal wrote last is of another version; the version to start would create an empty
 * one.
 */
export class TemporalDatabaseError extends CurrentsError {
  constructor(folder: string, version: string, found: string) {
    super(
      `${folder}: expected temporal-${version}.db to be what Temporal wrote last, found temporal-${found}.db`,
      {
        code: 'TEMPORAL_DATABASE',
        kind: 'user',
        retryable: false,
        hint:
          `Start that version: CURRENTS_TEMPORAL_CLI=<path of temporal ${found}> currents up. ` +
          `Or go on without its runs, holds and schedules: move temporal-${found}.db* out ` +
          'of the folder, then currents up and currents schedules apply',
      },
    );
  }
}

/** The stores are up, but a write or a read in one failed; each is named. The stack stays up. */
export class StoreNotUsableError extends CurrentsError {
  constructor(failed: string[], free: string) {
    super(
      `stores: expected a write and a read in each, found (${free}):\n${failed.map((one) => `  ${one}`).join('\n')}`,
      {
        code: 'STORE_NOT_USABLE',
        kind: 'upstream',
        retryable: true,
        hint:
          'For a store elsewhere, check its address and credentials. Else make room on the ' +
          'disk, or move the data: currents down, then CURRENTS_HOME=<folder on a larger ' +
          'disk> currents up. Try again with: currents doctor',
      },
    );
  }
}

/** The path of the home or of the checkout holds a character that a program of the stack cannot take. */
export class FolderNotUsableError extends CurrentsError {
  constructor(what: string, folder: string, found: string[]) {
    super(
      `${what}: expected a path that every program can take, found ${found.join(', ')} in ` +
        `${JSON.stringify(folder)}`,
      {
        code: 'FOLDER_NOT_USABLE',
        kind: 'user',
        retryable: false,
        hint: "Choose another folder. Blanks, #, %, commas, quotes like ' and non-ASCII characters are fine.",
      },
    );
  }
}
