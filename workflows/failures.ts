import { ApplicationFailure } from '@temporalio/workflow';
import { CurrentsError } from '../core/errors';
import { failureOf } from '../core/failure';

/**
 * An error of ours thrown by pure code inside a workflow fails the run at once, with code and hint, instead
 * of retrying its task without a limit.
 */
export function failOnUserErrors<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    throw asFailure(error);
  }
}

export function asFailure(error: unknown): unknown {
  return error instanceof CurrentsError ? failureOf(error, { isFinal: true }) : error;
}

/** Whether a child could not be started because one with its id is running. */
export function isAlreadyStarted(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
}

/** The ApplicationFailure at the root of a failed activity or child workflow, if there is one. */
export function rootFailure(error: unknown): ApplicationFailure | undefined {
  let current: unknown = error;
  while (current instanceof Error && !(current instanceof ApplicationFailure)) current = current.cause;
  return current instanceof ApplicationFailure ? current : undefined;
}
