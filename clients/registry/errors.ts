import { CurrentsError } from '../../core/errors';

/** The schema registry does not answer. */
export class SchemaRegistryUnavailableError extends CurrentsError {
  constructor(where: string, cause: unknown) {
    super(
      `schema registry, ${where}: expected an answer, found ${causeOf(cause)}`,
      {
        code: 'SCHEMA_REGISTRY_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        hint:
          'The stack starts its own again by itself: npx currents status. Another one is named by ' +
          'SCHEMA_REGISTRY_URL. Records wait in Kafka meanwhile.',
      },
      cause,
    );
  }
}

/** The schema registry answers a request otherwise than Confluent's API does. */
export class SchemaRegistryAnswerError extends CurrentsError {
  constructor(request: string, expected: string, found: string) {
    super(`schema registry, ${request}: expected ${expected}, found ${found}`, {
      code: 'SCHEMA_REGISTRY_ANSWER',
      kind: 'upstream',
      retryable: false,
      hint:
        "Check SCHEMA_REGISTRY_URL: it names the root of Confluent's API, such as " +
        'http://127.0.0.1:7254/apis/ccompat/v7. What the registry says is in npx currents logs registry.',
    });
  }
}

/** A schema does not fit the versions that the registry has of its subject. */
export class SchemaIncompatibleError extends CurrentsError {
  constructor(problems: readonly string[]) {
    super(`schemas: expected each to read what its subject holds, found ${problems.join('; ')}`, {
      code: 'SCHEMA_INCOMPATIBLE',
      kind: 'data',
      retryable: false,
      hint:
        'Add an optional column beside the old one, or a stream of its own. ' +
        'docs/cli.md lists the rules under contracts check.',
    });
  }
}

/** The registry does not have the schema that a producer's messages would name. */
export class SchemaNotRegisteredError extends CurrentsError {
  constructor(subject: string, url: string) {
    super(`subject ${subject}: expected the schema of the contract at ${url}, found other versions or none`, {
      code: 'SCHEMA_NOT_REGISTERED',
      kind: 'user',
      retryable: false,
      hint: 'Register it first: npx currents contracts push',
    });
  }
}

/** `fetch` says only that it failed; its cause says why. */
function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { message?: string; code?: string } };
  return cause?.message || cause?.code || message;
}
