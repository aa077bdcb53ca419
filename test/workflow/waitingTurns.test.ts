import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/support/askLane';
import { TASK_QUEUES } from '../../core/ids';
import { getLaneState } from '../../workflows/messages';
import { endWorkers, inEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(120_000);

describe('a bulk run that waits behind a hold', () => {
  let environment: TestWorkflowEnvironment;
  let lake: FakeLake;
  inEnvironment((started) => {
    environment = started;
    lake = fakeLake(started.client);
  });

  interface Waiting {
    heldRun: string;
    bulk: WorkflowHandle;
    queued(): Promise<number>;
  }

  async function waitBehindHold(branch: string): Promise<Waiting> {
    lake.failGates('silver');
    const { runId: heldRun } = await askLane(environment.client, {
      pipeline: 'nem',
      branch,
      kind: 'live',
      requestedBy: 'test',
    });
    const bulk = await environment.client.workflow.start('refineBatch', {
      taskQueue: TASK_QUEUES.control,
      workflowId: `bulk/${branch}`,
      args: [{ pipeline: 'nem', branch, kind: 'backfill', landing: { manifestUri: 's3://x', records: 1 } }],
    });
    const queued = async (): Promise<number> =>
      (await environment.client.workflow.getHandle(`lane/nem@${branch}`).query(getLaneState)).queued.length;
    await untilQueued(queued, 1);
    return { heldRun, bulk, queued };
  }

  async function untilQueued(queued: () => Promise<number>, count: number): Promise<void> {
    while ((await queued()) !== count) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  it('keeps its turn when the worker is stopped, and has it once the hold is lifted', async () => {
    const { heldRun, bulk, queued } = await withWorkers(environment, lake.activities, () =>
      waitBehindHold('restarted'),
    );
    await endWorkers(environment);
    await withWorkers(environment, lake.activities, async () => {
      expect(await queued()).toBe(1);
      await askLane(environment.client, {
        pipeline: 'nem',
        branch: 'restarted',
        kind: 'operator',
        requestedBy: 'test',
        decides: { runId: heldRun, reason: 'mended' },
      });
      expect(await bulk.result()).toMatchObject({ status: 'merged' });
      expect(await queued()).toBe(0);
    });
  });

  it('loses it when its workflow is terminated', async () => {
    await withWorkers(environment, lake.activities, async () => {
      const { bulk, queued } = await waitBehindHold('terminated');
      await bulk.terminate();
      await untilQueued(queued, 0);
    });
  });
});
