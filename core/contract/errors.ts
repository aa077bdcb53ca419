import { CurrentsError } from '../errors';

/** Contracts of a pipeline are invalid; lists every mistake of every file at once. */
export class ContractInvalidError extends CurrentsError {
  constructor(folder: string, problems: readonly string[]) {
    super(`${folder}: expected data contracts of ODCS 3.1, found\n${problems.join('\n')}`, {
      code: 'CONTRACT_INVALID',
      kind: 'user',
      retryable: false,
      hint: 'Correct each place listed; docs/extend.md describes the fields of a contract.',
    });
  }
}
