import type { Client } from '@temporalio/client';

export function createAwaitWorkflow({ client }: { client: Client }) {
  return {
    /** Waits for a workflow with another parent; that workflow reports its own failure. */
    async awaitWorkflow({ workflowId }: { workflowId: string }): Promise<void> {
      await client.workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined);
    },
  };
}
