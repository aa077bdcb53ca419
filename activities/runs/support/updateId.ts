import { activityInfo } from '@temporalio/activity';

/** A retried activity uses the same update id, so the server returns the first answer. */
export function updateId(): string {
  const { workflowExecution, activityId } = activityInfo();
  return `${workflowExecution!.runId}/${activityId}`;
}
