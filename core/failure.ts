import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { CurrentsError } from './errors';

/**
 * An error of ours as Temporal and the CLI read it: type = code, details = hint and facts.
 *
 * @param isFinal no retry, whatever the error says: pure code of a workflow would fail the same way again
 */
export function failureOf(error: CurrentsError, { isFinal = false } = {}): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: isFinal || !error.retryable,
    nextRetryDelay: isFinal ? undefined : error.retryAfter_ms,
    category: error.benign ? ApplicationFailureCategory.BENIGN : undefined,
    details: [{ code: error.code, kind: error.kind, hint: error.hint, ...error.details }],
    cause: error.cause instanceof Error ? error.cause : undefined,
  });
}
