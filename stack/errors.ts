import { CurrentsError } from '../core/errors';

/** A part of the stack is not in `.stack`, or not in the version the lock files name. */
export class StackNotInstalledError extends CurrentsError {
  constructor(part: string, expectedAt: string) {
    super(`${part}: expected at ${expectedAt}, found nothing`, {
      code: 'STACK_NOT_INSTALLED', kind: 'user', retryable: false, hint: 'Run: make setup',
    });
  }
}

/** A program the user must provide is missing or too old. */
export class PrerequisiteError extends CurrentsError {
  constructor(what: string, expected: string, found: string, hint: string) {
    super(`${what}: expected ${expected}, found ${found}`, { code: 'PREREQUISITE_MISSING', kind: 'user', retryable: false, hint });
  }
}

/** pip or Maven ended with an error; the message carries the end of its output. */
export class InstallError extends CurrentsError {
  constructor(part: string, command: string, outputTail: string) {
    super(`${part}: expected \`${command}\` to end with 0, it did not:\n${outputTail}`, {
      code: 'INSTALL_FAILED', kind: 'upstream', retryable: true,
      hint: 'Check that the package registry can be reached, then run: make setup (what is already there is kept)',
    });
  }
}

/** One or more ports of the stack are held by processes that are not ours; lists each. */
export class PortTakenError extends CurrentsError {
  constructor(clashes: string[], portBase: number) {
    super(`The stack's ports must be free, found taken:\n${clashes.map((clash) => `  ${clash}`).join('\n')}`, {
      code: 'PORT_TAKEN', kind: 'user', retryable: false,
      hint: `End those processes, or choose other ports: CURRENTS_PORT_BASE=${portBase + 100} currents up`,
    });
  }
}

/** A name given to `--only`, `--without` or `logs` is not a service of the stack. */
export class UnknownServiceError extends CurrentsError {
  constructor(found: string, known: readonly string[]) {
    super(`service: expected one of ${known.join(', ')}, found ${found}`, {
      code: 'UNKNOWN_SERVICE', kind: 'user', retryable: false, hint: `Use one of: ${known.join(', ')}.`,
    });
  }
}

/** A service did not become ready; the stack that was being started has been stopped again. */
export class ServiceFailedError extends CurrentsError {
  constructor(service: string, finding: string, logFile: string, logTail: string) {
    super(`${service}: expected it to become ready, found ${finding}\n--- end of ${logFile} ---\n${logTail}`, {
      code: 'SERVICE_FAILED', kind: 'upstream', retryable: true,
      hint: `The log above says why; the whole of it: currents logs ${service}. What can be checked beforehand: currents doctor`,
    });
  }
}

/** The supervisor ended or did not answer while the stack was starting. */
export class SupervisorError extends CurrentsError {
  constructor(finding: string, logFile: string, logTail: string) {
    super(`supervisor: expected it to answer, found ${finding}\n--- end of ${logFile} ---\n${logTail}`, {
      code: 'SUPERVISOR_FAILED', kind: 'internal', retryable: true, hint: 'Run: currents down, then currents up',
    });
  }
}

/** A configuration template names a value nobody gives; a defect of the template. */
export class TemplateError extends CurrentsError {
  constructor(template: string, placeholder: string) {
    super(`${template}: expected a value for @${placeholder}@, found none`, {
      code: 'TEMPLATE_INVALID', kind: 'internal', retryable: false, hint: `Add ${placeholder} to the values in stack/services, or correct the template.`,
    });
  }
}

/** `down --volumes` was neither confirmed nor given `--yes`; nothing was stopped or deleted. */
export class DeletionNotConfirmedError extends CurrentsError {
  constructor() {
    super('down --volumes: expected the answer yes, found none', {
      code: 'NOT_CONFIRMED', kind: 'user', retryable: false, hint: 'Nothing was stopped or deleted. In a script: currents down --volumes --yes',
    });
  }
}

/** A backup is absent, incomplete, damaged, or of programs of another version. */
export class BackupUnusableError extends CurrentsError {
  constructor(where: string, expected: string, found: string) {
    super(`${where}: expected ${expected}, found ${found}`, {
      code: 'BACKUP_UNUSABLE', kind: 'user', retryable: false,
      hint: 'Choose another instant with --at, or check out the release of Currents that made the backup.',
    });
  }
}

/** The stores could not be copied while their writers may stand still. */
export class BackupTooSlowError extends CurrentsError {
  constructor(reached: string) {
    super(`backup: expected to copy the stores within 15 s, found it at ${reached} by then`, {
      code: 'BACKUP_TOO_SLOW', kind: 'user', retryable: true,
      hint: 'Back up onto a faster disk, or with the writers down: currents down, currents up --only s3, currents backup <folder>',
    });
  }
}

/** A restore needs a home folder without data. */
export class HomeNotEmptyError extends CurrentsError {
  constructor(home: string, found: readonly string[]) {
    super(`${home}: expected no data to restore over, found ${found.join(', ')}`, {
      code: 'HOME_NOT_EMPTY', kind: 'user', retryable: false,
      hint: 'Restore into another CURRENTS_HOME, or delete this one first: currents down --volumes',
    });
  }
}
