import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { BackfillState } from '../../workflows/backfillState';
import { inEnvironment, withWorkers } from './support/environment';
import { bulkLake, holdBack, starterOf, until } from './support/bulkLake';

jest.setTimeout(60_000);

describe('backfilling a range', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));
  const start = starterOf(() => environment);

  /** Has the time of an activity under way be over. */
  async function timeOut(handle: WorkflowHandle, type: string): Promise<void> {
    const pending = async () =>
      (await handle.describe()).raw.pendingActivities!.filter(
        ({ activityType }) => activityType?.name === type,
      );
    await until(async () => ((await pending()).length === 1 ? true : undefined));
    const [{ activityId }] = (await pending()) as [{ activityId: string }];
    await environment.client.workflowService.updateActivityOptions({
      namespace: environment.client.options.namespace,
      execution: { workflowId: handle.workflowId },
      id: activityId,
      activityOptions: { scheduleToCloseTimeout: { seconds: 1 as never } },
      updateMask: { paths: ['schedule_to_close_timeout'] },
    });
  }

  it('lands every archive and merges chunk after chunk, one refine run each', async () => {
    const lake = bulkLake(environment);
    const state = await withWorkers(
      environment,
      lake.activities,
      async () => (await (await start('whole', { concurrency: 2 })).result()) as BackfillState,
    );
    expect(state).toMatchObject({
      status: 'done',
      percent: 100,
      chunks_done: 3,
      archives_landed: 6,
      files: 6 * 288,
      quarantined: 6,
      records: 6000,
      failures: [],
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(3);
    expect(lake.calls).not.toContain('planBatch');
    expect(lake.atOnce).toBeLessThanOrEqual(2);
    expect(lake.mostAtOnce).toBe(1);
  });

  it('does nothing when nothing is missing, and only plans on a dry run', async () => {
    const lake = bulkLake(environment, { chunks: 0, archives: 0 });
    const full = bulkLake(environment);
    const nothing = await withWorkers(
      environment,
      lake.activities,
      async () => (await (await start('nothing')).result()) as BackfillState,
    );
    const dry = await withWorkers(
      environment,
      full.activities,
      async () => (await (await start('dry', { dryRun: true })).result()) as BackfillState,
    );
    expect(nothing.status).toBe('nothing_to_do');
    expect(dry.status).toBe('planned');
    expect([...lake.calls, ...full.calls]).toEqual(['prepareSource', 'prepareSource']);
  });

  it.each([
    [true, [0]],
    [false, []],
  ])('with leaveBlocked %s blocks of the chunks that failed a gate: %j', async (leaveBlocked, expected) => {
    const lake = bulkLake(environment);
    const blocked: number[] = [];
    lake.activities.blockChunk = async ({ index }: { index: number }) => void blocked.push(index);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      await expect(
        (await start(`blocking-${leaveBlocked}`, { leaveBlocked })).result(),
      ).rejects.toMatchObject({ cause: { type: 'BACKFILL_INCOMPLETE' } });
    });
    expect(blocked).toEqual(expected);
  });

  it("merges the chunks that a gate stopped when an operator's answer says so, with its reason", async () => {
    const lake = bulkLake(environment);
    const merged: unknown[] = [];
    const { publishRun } = lake.activities;
    lake.activities.publishRun = async (input: never) => {
      merged.push((input as { properties: object }).properties);
      return publishRun!(input);
    };
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('answered', { override: { reason: 'known outage' }, target: 'answered' });
      expect(await handle.result()).toMatchObject({ status: 'done', chunks_done: 3, failures: [] });
      await expect(
        (await start('unanswered', { override: { reason: ' ' }, target: 'answered' })).result(),
      ).rejects.toMatchObject({ cause: { type: 'BACKFILL_INPUT' } });
    });
    expect(merged).toHaveLength(3);
    expect(merged[0]).toMatchObject({
      'currents.gates': 'overridden',
      'currents.override-reason': 'known outage',
    });
  });

  it('stages archives with untrusted files afresh when it is asked for the failed ones', async () => {
    const lake = bulkLake(environment, { chunks: 1 });
    const fresh: unknown[] = [];
    const { stageArchive } = lake.activities;
    lake.activities.stageArchive = async (input: never) => {
      fresh.push((input as { fresh?: boolean }).fresh);
      return stageArchive!(input);
    };
    await withWorkers(environment, lake.activities, async () => {
      for (const mode of ['failed', 'missing'] as const)
        await (await start(`fresh-${mode}`, { mode })).result();
    });
    expect(fresh).toEqual([true, true, false, false]);
  });

  it('continues after a failed chunk, names it, and blocks no other run', async () => {
    const lake = bulkLake(environment);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('failing');
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          type: 'BACKFILL_INCOMPLETE',
          details: [{ failures: [{ from: 'day 0', code: 'GATE_FAILED' }] }],
        },
      });
      const live = await environment.client.workflow.execute('refineBatch', {
        taskQueue: 'control',
        workflowId: 'live-after',
        args: [{ pipeline: 'nem', kind: 'live' }],
      });
      expect(live).toMatchObject({ status: 'merged' });
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(3);
  });

  it('lets a live run wait for at most the chunk under way', async () => {
    const lake = bulkLake(environment);
    const order: string[] = [];
    const { refineTables } = lake.activities;
    lake.activities.refineTables = async (input: never) => {
      order.push((input as { landing: unknown }).landing ? 'chunk' : 'live');
      if (order.length === 1) await new Promise((resolve) => setTimeout(resolve, 1500));
      return refineTables!(input);
    };
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('beside-live');
      while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await environment.client.workflow.execute('refineBatch', {
        taskQueue: 'control',
        workflowId: 'live-beside',
        args: [{ pipeline: 'nem', kind: 'live' }],
      });
      await handle.result();
    });
    expect(order).toEqual(['chunk', 'live', 'chunk', 'chunk']);
  });

  it('fails on an input that does not fit, with all mistakes and a hint', async () => {
    await withWorkers(environment, bulkLake(environment).activities, async () => {
      const handle = await start('wrong', { chunk: 0, mode: 'some' as never });
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          type: 'BACKFILL_INPUT',
          details: [expect.objectContaining({ hint: expect.any(String) as string })],
        },
      });
    });
  });

  it('reports an archive whose time is up as a failed chunk, and merges the others', async () => {
    const lake = bulkLake(environment);
    const { stageArchive } = lake.activities;
    const letGo = holdBack(lake, 'stageArchive');
    const held = lake.activities.stageArchive!;
    lake.activities.stageArchive = (input: never) =>
      (input as { archive: { name: string } }).archive.name === 'a1' ? held(input) : stageArchive!(input);
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('timeout', { target: 'timeout' });
      await until(async () => (lake.staged.includes('b1') ? true : undefined));
      await timeOut(handle, 'stageArchive');
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          details: [
            {
              failures: [
                { from: 'day 1', code: 'RUN_FAILED', message: expect.stringContaining('timeout') as string },
              ],
            },
          ],
        },
      });
      letGo();
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(2);
  });

  it('reports a source that does not answer as a failed chunk', async () => {
    const lake = bulkLake(environment, { chunks: 1 });
    lake.activities.stageArchive = async () =>
      Promise.reject(
        ApplicationFailure.create({ type: 'SOURCE_UNAVAILABLE', message: 'busy', nonRetryable: true }),
      );
    await withWorkers(environment, lake.activities, async () => {
      await expect((await start('silent')).result()).rejects.toMatchObject({
        cause: { type: 'BACKFILL_INCOMPLETE', details: [{ failures: [{ code: 'SOURCE_UNAVAILABLE' }] }] },
      });
    });
  });
});
