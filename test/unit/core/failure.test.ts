import { ApplicationFailureCategory } from '@temporalio/common';
import { SourceNotPublishedError } from '../../../core/errors';
import { failureOf } from '../../../core/failure';

describe('an error of ours as a failure of Temporal', () => {
  const error = new SourceNotPublishedError(['DISPATCHSCADA 2026-11-20T00:05:00Z'], 10_000);

  it('keeps its code, kind and hint, and says when to retry', () => {
    expect(failureOf(error)).toMatchObject({
      type: error.code,
      message: error.message,
      nonRetryable: false,
      nextRetryDelay: 10_000,
      category: ApplicationFailureCategory.BENIGN,
      details: [{ code: error.code, kind: error.kind, hint: error.hint }],
    });
  });

  it('is not retried where pure code has thrown it', () => {
    const { nonRetryable, nextRetryDelay } = failureOf(error, { isFinal: true });
    expect([nonRetryable, nextRetryDelay]).toEqual([true, undefined]);
  });
});
