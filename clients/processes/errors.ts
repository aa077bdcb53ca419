import { CurrentsError } from '../../core/errors';

/** The program of a child process could not be started at all: not installed, not executable, bad folder. */
export class ChildProcessStartError extends CurrentsError {
  constructor(command: string, cause: Error) {
    super(
      `expected to start ${command}, found: ${cause.message}`,
      {
        code: 'CHILD_PROCESS_START',
        kind: 'user',
        retryable: false,
        hint:
          'Run `make setup`, then `currents doctor`: it names the program that is missing ' +
          'and how to install it.',
      },
      cause,
    );
  }
}
