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

/** A contract was changed so that it does not read what its subject in the schema registry holds. */
export class ContractDriftError extends CurrentsError {
  constructor(topic: string, changes: readonly string[]) {
    super(
      `contract of ${topic}: expected it to read what messages of before were written by, found ` +
        changes.join('; '),
      {
        code: 'CONTRACT_DRIFT',
        kind: 'user',
        retryable: false,
        hint:
          'Put the column back as it was, and add an optional one beside it. Nothing was changed on the target ' +
          'branch, and the records wait in Kafka: the next run takes them.',
      },
    );
  }
}
