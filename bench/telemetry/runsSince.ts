import type { Client } from '@temporalio/client';
import type { RefineResult } from '../../core/runs';

/** Merged runs of telemetry that began after an instant, oldest first. */
export async function runsSince(client: Client, since_ms: number): Promise<RefineResult[]> {
  const since = new Date(since_ms).toISOString();
  const query = `WorkflowType = 'refineBatch' AND StartTime >= '${since}' AND ExecutionStatus = 'Completed'`;
  const found: RefineResult[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    // The schedule's own workflows only wait for these.
    if (!workflowId.startsWith('refine/iot/')) continue;
    const result = (await client.workflow.getHandle(workflowId).result()) as RefineResult;
    if (result.status === 'merged') found.push(result);
  }
  return found.sort((left, right) => left.runId.localeCompare(right.runId));
}
