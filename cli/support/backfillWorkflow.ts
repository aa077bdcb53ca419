import {
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  type Client,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { backfillSettings, type BackfillInput, type BackfillSettings } from '../../core/backfill';
import { backfillWorkflowId, TASK_QUEUES } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import type { backfillRange } from '../../workflows/backfillRange';
import { BackfillNotFoundError, BackfillRunningError } from './errors';

type BackfillHandle = WorkflowHandleWithFirstExecutionRunId<typeof backfillRange>;

/**
 * Starting the same range again while it runs follows the existing run.
 *
 * @throws BackfillRunningError when that one was started with other settings.
 */
export async function startBackfill(client: Client, settings: BackfillSettings): Promise<BackfillHandle> {
  const handle = await client.workflow.start<typeof backfillRange>('backfillRange', {
    workflowId: backfillIdOf(settings),
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [settings],
    staticSummary: summaryOf(settings),
  });
  const running = await settingsOf(client, handle);
  const different = names(settings).filter((name) => !isEqual(settings[name], running[name]));
  if (different.length > 0)
    throw new BackfillRunningError(
      handle.workflowId,
      textOf(running, different),
      textOf(settings, different),
    );
  return handle;
}

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

export function backfillIdOf({ pipeline, from, to, dryRun, target }: BackfillSettings): string {
  const id = backfillWorkflowId(pipeline, isoSeconds(Date.parse(from)), isoSeconds(Date.parse(to)));
  return `${id}${target === 'main' ? '' : `@${target}`}${dryRun ? '/plan' : ''}`;
}

function summaryOf({ pipeline, from, to, dryRun }: BackfillSettings): string {
  return `${pipeline}: backfill of ${from} to ${to}${dryRun ? ' (plan only)' : ''}`;
}

/** From the run's first event, which holds the starter's input. */
async function settingsOf(
  client: Client,
  { workflowId, firstExecutionRunId }: BackfillHandle,
): Promise<BackfillSettings> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId: firstExecutionRunId },
    maximumPageSize: 1,
  });
  const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return backfillSettings(defaultPayloadConverter.fromPayload<BackfillInput>(payload!));
}

/** All but the concurrency, which may be changed while it runs. */
function names(settings: BackfillSettings): (keyof BackfillSettings)[] {
  const all = Object.keys({ override: undefined, ...settings }) as (keyof BackfillSettings)[];
  return all.filter((name) => name !== 'concurrency');
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function textOf(settings: BackfillSettings, shown: (keyof BackfillSettings)[]): string {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : JSON.stringify(value ?? 'none');
  return shown.map((name) => `${name} ${text(settings[name])}`).join(', ');
}
