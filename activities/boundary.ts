import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { CurrentsError } from '../core/errors';
import { failureOf } from '../core/failure';

type Activity = (input: never) => Promise<unknown>;

const HEARTBEAT_EVERY_MS = 4_000;

/**
 * The one place where our errors become Temporal's. Every activity passes through it. It heartbeats with the
 * activity's last details, so that its resume point is not lost. After a cancellation it rethrows the
 * CancelledFailure: the server would reject an AbortError.
 */
export function atBoundary<T extends Record<string, Activity>>(activities: T): T {
  return Object.fromEntries(Object.entries(activities).map(([name, run]) => [name, guarded(run)])) as T;
}

function guarded(run: Activity): Activity {
  return async (input) => {
    const context = Context.current();
    const heartbeats = setInterval(
      () => context.heartbeat(lastDetails.get(context) ?? context.info.heartbeatDetails),
      HEARTBEAT_EVERY_MS,
    );
    try {
      return await run(input);
    } catch (error) {
      if (context.cancellationSignal.aborted) throw context.cancellationSignal.reason;
      throw toFailure(error);
    } finally {
      clearInterval(heartbeats);
    }
  };
}

const lastDetails = new WeakMap<Context, unknown>();

/** Records where a later attempt resumes (the UI shows it too), now and with every heartbeat. */
export function heartbeat(details: unknown): void {
  const context = Context.current();
  lastDetails.set(context, details);
  context.heartbeat(details);
}

export function toFailure(error: unknown): Error {
  if (error instanceof CurrentsError) return failureOf(error);
  return error instanceof Error ? error : new Error(String(error));
}

export function isCancellation(error: unknown): boolean {
  return error instanceof CancelledFailure;
}
