import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import { ingestWorkflowId, TASK_QUEUES } from '../../core/ids';
import { dayOf, publishTrial } from './market';
import { runToEnd } from './runToEnd';
import type { Session } from './session';
import type { TrialWork } from './trialWork';
import type { Trial } from './trials';

/** Ten minutes of the market, as its site publishes them. */
export function liveWork({ site, client }: Session, trial: Trial): TrialWork {
  const range = publishTrial(site, trial);
  const ids = {
    range: `run/nem/${range.from}/${range.to}`,
    ingest: ingestWorkflowId('nem', range.starts[0]!),
  };
  return {
    range,
    ids,
    days: [dayOf(trial.number)],
    run: (course) => runToEnd(client, () => start(client, range, ids.range), ids.range, course),
  };
}

async function start(
  client: Client,
  { from, to }: { from: string; to: string },
  workflowId: string,
): Promise<void> {
  await client.workflow.start('ingestRange', {
    workflowId,
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ pipeline: 'nem', from, to }],
  });
}
