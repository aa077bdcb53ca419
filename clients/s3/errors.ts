import { CurrentsError } from '../../core/errors';

/** S3 rejected a request or did not answer. */
export class ObjectStoreError extends CurrentsError {
  constructor(operation: string, key: string, cause: unknown) {
    super(
      `S3 ${operation} ${key}: expected it to succeed, found ` +
        `${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`,
      {
        code: 'OBJECT_STORE',
        kind: 'upstream',
        retryable: true,
        hint: 'Check the object store: npx currents doctor',
      },
      cause,
    );
  }
}
