import type { Client } from '@temporalio/client';
import { endedOf } from './support/runningWorkflows';

export function createFindEndedWorkflows({ client }: { client: Client }) {
  return {
    /** The named workflows that are no longer running. */
    async findEndedWorkflows({ workflowIds }: { workflowIds: string[] }): Promise<{ ended: string[] }> {
      return { ended: await endedOf(client, workflowIds) };
    },
  };
}
