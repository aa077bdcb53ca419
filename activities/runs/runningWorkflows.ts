import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { laneWorkflowId, MAIN_BRANCH } from '../../core/ids';
import type { HeldRun } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';

/** The workflows that are no longer running, or never were. */
export async function endedOf(client: Client, workflowIds: string[]): Promise<string[]> {
  const statuses = await Promise.all(
    workflowIds.map(async (id) => ({ id, isRunning: await isRunning(client, id) })),
  );
  return statuses.filter(({ isRunning }) => !isRunning).map(({ id }) => id);
}

/** Whether a workflow of one of the types is running, by Temporal's list, which lags by about a second. */
export async function isAnyRunning(client: Client, types: readonly string[]): Promise<boolean> {
  const running = client.workflow.list({
    query: `ExecutionStatus = 'Running' AND WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`,
    pageSize: 1,
  });
  for await (const _ of running) return true;
  return false;
}

/** The run that holds a lane, or null; a lane that is not open is not held. */
export async function readHeldRun(client: Client, pipeline: string, branch: string): Promise<HeldRun | null> {
  const lane = laneWorkflowId(pipeline, branch);
  return (await isRunning(client, lane)) ? heldIn(client, lane) : null;
}

/** Ids of the runs that hold a lane of the pipeline, whatever the lane's branch. */
export async function findHeldRuns(client: Client, pipeline: string): Promise<string[]> {
  const lane = laneWorkflowId(pipeline, MAIN_BRANCH);
  const held: string[] = [];
  for await (const { workflowId } of client.workflow.list({
    query: "ExecutionStatus = 'Running' AND WorkflowType = 'laneCoordinator'",
  })) {
    const holder =
      workflowId === lane || workflowId.startsWith(`${lane}@`) ? await heldIn(client, workflowId) : null;
    if (holder) held.push(holder.runId);
  }
  return held;
}

async function heldIn(client: Client, lane: string): Promise<HeldRun | null> {
  return (await client.workflow.getHandle(lane).query(getLaneState)).held;
}

/** Without `runId` the newest run of that id counts. */
export async function isRunning(client: Client, workflowId: string, runId?: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId, runId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
