import { CurrentsError } from '../core/errors';

/** The environment or a settings file does not match the schema; lists every mistake at once. */
export class InvalidConfigurationError extends CurrentsError {
  constructor(problems: string) {
    super(`The configuration is not valid:\n${problems}`, {
      code: 'INVALID_CONFIGURATION',
      kind: 'user',
      retryable: false,
      hint: 'Correct each setting listed; .env.example describes all of them.',
    });
  }
}
