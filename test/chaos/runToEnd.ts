import { WorkflowFailedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Course } from './trialWork';

const MOST_ASKS = 3;
const TRIAL_ENDS_WITHIN_MS = 15 * 60_000;

/**
 * Waits for the run as a command does, through outages of Temporal; asks again when it has failed, as an
 * operator would.
 */
export async function runToEnd(
  client: Client,
  start: () => Promise<void>,
  workflowId: string,
  course: Course,
): Promise<void> {
  const deadline_ms = Date.now() + TRIAL_ENDS_WITHIN_MS;
  let isStarted = false;
  for (;;) {
    try {
      if (!isStarted) await start();
      isStarted = true;
      await client.workflow.getHandle(workflowId).result();
      return;
    } catch (error) {
      if (Date.now() > deadline_ms)
        throw new Error(
          `expected the run to end within ${TRIAL_ENDS_WITHIN_MS / 60_000} minutes: ${String(error)}`,
        );
      if (error instanceof WorkflowNotFoundError) isStarted = false;
      if (error instanceof WorkflowFailedError) {
        course.failures.push(rootMessage(error));
        if (++course.askedAgain > MOST_ASKS) throw error;
        isStarted = false;
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

function rootMessage(error: Error): string {
  let root: Error = error;
  while (root.cause instanceof Error) root = root.cause;
  return `${root.name} ${(root as { type?: string }).type ?? ''} ${root.message}`.slice(0, 300);
}
