import type { Client } from '@temporalio/client';
import { laneWorkflowId } from '../../core/ids';
import type { LaneState } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';

/** A worker answers a query; without one Temporal would hold it for half a minute. */
const ANSWER_WITHIN_MS = 4_000;

/** Queries a workflow's state, and gives up when no worker answers in four seconds. */
export async function queryWithDeadline<T>(client: Client, query: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, query);
}

/** The lane's state, or null when no lane is open: it ends when idle, unless a run holds it. */
export async function readLane(client: Client, pipeline: string, branch: string): Promise<LaneState | null> {
  try {
    return await queryWithDeadline(client, () =>
      client.workflow.getHandle(laneWorkflowId(pipeline, branch)).query(getLaneState),
    );
  } catch {
    return null;
  }
}
