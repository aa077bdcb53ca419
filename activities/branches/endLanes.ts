import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { requireDroppable } from '../../core/branches/branchName';
import { laneWorkflowId } from '../../core/ids';
import { pipelineNames } from '../../pipelines/registry';

export function createEndLanes({ client }: { client: Client }) {
  return {
    /**
     * Ends the lanes of a branch that is about to be dropped, with the runs in them. A lane that a failed run
     * holds would otherwise wait without end, and hold back runs on a later branch of the same name.
     *
     * @throws BranchNameError for main and the slots
     */
    async endLanes({ branch }: { branch: string }): Promise<{ ended: string[] }> {
      requireDroppable(branch);
      const lanes = pipelineNames().map((pipeline) => laneWorkflowId(pipeline, branch));
      const ended = await Promise.all(lanes.map((id) => endedLane(client, id, branch)));
      return { ended: ended.flat() };
    },
  };
}

async function endedLane(client: Client, workflowId: string, branch: string): Promise<string[]> {
  try {
    await client.workflow.getHandle(workflowId).terminate(`branch ${branch} is dropped`);
    return [workflowId];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}
