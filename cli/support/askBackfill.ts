import { WorkflowNotFoundError, type Client, type WorkflowHandle } from '@temporalio/client';
import { BackfillNotFoundError } from './errors';

/**
 * Queries or updates the backfill of an id.
 *
 * @throws BackfillNotFoundError when there is none, or an update finds it ended.
 */
export async function askBackfill<T>(
  client: Client,
  workflowId: string,
  ask: (handle: WorkflowHandle) => Promise<T>,
): Promise<T> {
  return ask(client.workflow.getHandle(workflowId)).catch((error: unknown) => {
    throw error instanceof WorkflowNotFoundError ? new BackfillNotFoundError(workflowId, error) : error;
  });
}
