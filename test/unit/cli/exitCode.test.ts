import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { exitCodeOf } from '../../../cli/support/output';
import { BackfillIncompleteError, BackfillInputError } from '../../../core/errors';

const failed = (kind: string): WorkflowFailedError =>
  new WorkflowFailedError(
    'failed',
    ApplicationFailure.create({ message: 'no', type: 'X', details: [{ code: 'X', kind }] }),
    undefined as never,
  );

describe('the exit code', () => {
  it('is 2 where the call does not fit, whether the command or a workflow found it', () => {
    expect([new BackfillInputError(['from: ...']), failed('user')].map(exitCodeOf)).toEqual([2, 2]);
  });

  it('is 1 for everything else', () => {
    expect(
      [new BackfillIncompleteError([]), failed('data'), new Error('x'), undefined].map(exitCodeOf),
    ).toEqual([1, 1, 1, 1]);
  });
});
