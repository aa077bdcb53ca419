import {
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { desiredSchedules, type DesiredSchedule } from '../../core/schedules';
import { pipelineNamed, pipelineNames } from '../../pipelines/registry';

/** Marks schedules made here; one without it is never touched. */
const MANAGED_BY = 'currents';

export interface ScheduleChange {
  scheduleId: string;
  action: 'create' | 'update' | 'delete' | 'unchanged';
  differences: string[];
  paused: boolean;
}

/** Compares the schedules in code with those on the server. Reads only. */
export async function planSchedules(client: Client): Promise<ScheduleChange[]> {
  const wanted = desiredSchedules(pipelineNames().map(pipelineNamed));
  const planned = await Promise.all(
    wanted.map(async (desired) => compare(desired, await describe(client, desired.scheduleId))),
  );
  const known = new Set(wanted.map(({ scheduleId }) => scheduleId));
  const orphans: ScheduleChange[] = [];
  for await (const found of client.schedule.list()) {
    if (!known.has(found.scheduleId) && found.memo?.managedBy === MANAGED_BY) {
      orphans.push({
        scheduleId: found.scheduleId,
        action: 'delete',
        differences: ['no longer in code'],
        paused: false,
      });
    }
  }
  return [...planned, ...orphans];
}

/** Updates the server to the code; an operator's pause stays, with its note. Repeating it changes nothing. */
export async function applySchedules(client: Client): Promise<ScheduleChange[]> {
  const changes = await planSchedules(client);
  for (const change of changes) await apply(client, change);
  return changes;
}

async function apply(client: Client, change: ScheduleChange): Promise<void> {
  const handle = client.schedule.getHandle(change.scheduleId);
  const desired = desiredSchedules(pipelineNames().map(pipelineNamed)).find(
    ({ scheduleId }) => scheduleId === change.scheduleId,
  );
  if (change.action === 'delete') await handle.delete();
  if (change.action === 'create') await client.schedule.create(optionsOf(desired!));
  if (change.action === 'update') await handle.update(({ state }) => ({ ...optionsOf(desired!), state }));
}

async function describe(client: Client, scheduleId: string): Promise<ScheduleDescription | null> {
  return client.schedule
    .getHandle(scheduleId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof ScheduleNotFoundError) return null;
      throw error;
    });
}

function compare(desired: DesiredSchedule, found: ScheduleDescription | null): ScheduleChange {
  const { scheduleId } = desired;
  if (!found) return { scheduleId, action: 'create', differences: ['absent'], paused: false };
  const differences = differencesOf(desired, found);
  const action = differences.length > 0 ? 'update' : 'unchanged';
  return { scheduleId, action, differences, paused: found.state.paused };
}

function differencesOf(desired: DesiredSchedule, { spec, policies, action }: ScheduleDescription): string[] {
  const [interval] = spec.intervals ?? [];
  const compared: [name: string, is: unknown, wanted: unknown][] = [
    ['every (ms)', interval?.every, desired.everyMs],
    ['offset (ms)', interval?.offset ?? 0, desired.offsetMs],
    ['catch-up window (ms)', policies.catchupWindow, desired.catchupWindowMs],
    ['overlap', policies.overlap, desired.overlap],
    ['workflow', action.workflowType, desired.workflowType],
    ['arguments', JSON.stringify(action.args ?? []), JSON.stringify(desired.args)],
  ];
  return compared
    .filter(([, is, wanted]) => is !== wanted)
    .map(([name, is, wanted]) => `${name}: ${String(is)} → ${String(wanted)}`);
}

function optionsOf(desired: DesiredSchedule): ScheduleOptions {
  return {
    scheduleId: desired.scheduleId,
    spec: { intervals: [{ every: desired.everyMs, offset: desired.offsetMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: desired.workflowType,
      workflowId: desired.workflowId,
      taskQueue: desired.taskQueue,
      args: desired.args,
      staticSummary: desired.summary,
    },
    policies: {
      overlap: ScheduleOverlapPolicy[desired.overlap],
      catchupWindow: desired.catchupWindowMs,
      pauseOnFailure: false,
    },
    state: desired.onDemand
      ? { paused: true, note: 'kept paused: for temporal schedule backfill' }
      : undefined,
    memo: { managedBy: MANAGED_BY },
  };
}
