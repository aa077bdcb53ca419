import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { featureBranchWorkflowId } from '../../core/ids';
import { dropBranch } from '../../workflows/messages';

/**
 * Has the workflow of a feature branch drop it, which ends the workflow; false where none is running. Left
 * running, it would drop a later branch of the same name when its time is over.
 */
export async function dropByWorkflow(client: Client, branch: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(featureBranchWorkflowId(branch)).executeUpdate(dropBranch);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
