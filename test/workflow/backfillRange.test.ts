import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PlannedBackfill } from '../../activities/bulk/planBackfillRange';
import { askLane } from '../../activities/runs/support/askLane';
import { askBackfill, startBackfill } from '../../cli/support/backfillWorkflow';
import { backfillSettings, type BackfillInput } from '../../core/backfill';
import type { LaneState } from '../../core/runs';
import type { BackfillState } from '../../workflows/backfillProgress';
import {
  getBackfillProgress,
  getLaneState,
  pauseBackfill,
  resumeBackfill,
  setBackfillConcurrency,
} from '../../workflows/messages';
import { endEnvironment, startEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

const PLAN: PlannedBackfill = {
  planUri: 's3://x/plan.json',
  chunks: 3,
  archives: 6,
  archive_bytes: 600,
  current: null,
  reports: { DISPATCHSCADA: { expected: 2016, present: 0, sourceGaps: 0, unavailable: 0 } },
};

/** A lake with a source that has three chunks of two archives each. */
function bulkLake(
  environment: TestWorkflowEnvironment,
  plan: Partial<PlannedBackfill> = {},
): FakeLake & { staged: string[]; atOnce: number } {
  const lake = Object.assign(fakeLake(environment.client), { staged: [] as string[], atOnce: 0 });
  let running = 0;
  Object.assign(lake.activities, {
    planBackfillRange: async () => ({ ...PLAN, ...plan }),
    readChunk: async ({ index }: { index: number }) => ({
      from: `day ${index}`,
      to: `day ${index + 1}`,
      archives: [{ name: `a${index}` }, { name: `b${index}` }],
    }),
    stageArchive: async ({ archive }: { archive: { name: string } }) => {
      running += 1;
      lake.atOnce = Math.max(lake.atOnce, running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      lake.staged.push(archive.name);
      return { files: 288, quarantined: 1, records: 1000, isNew: true };
    },
    assembleBatch: async ({ name }: { name: string }) => ({ manifestUri: `s3://x/${name}`, records: 2000 }),
  });
  return lake;
}

/** Has an activity wait until it is let go. */
function holdBack(lake: FakeLake, name: string): () => void {
  const activity = lake.activities[name]!;
  let letGo: () => void = () => undefined;
  const mayRun = new Promise<void>((resolve) => (letGo = resolve));
  lake.activities[name] = async (input: never) => {
    await mayRun;
    return activity(input);
  };
  return letGo;
}

describe('backfilling a range', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => endEnvironment(environment));

  const start = (id: string, input: Partial<BackfillInput> = {}): Promise<WorkflowHandle> =>
    environment.client.workflow.start('backfillRange', {
      taskQueue: 'control',
      workflowId: id,
      args: [{ pipeline: 'nem', from: '2026-01-01', to: '2026-01-22', order: 'oldest', ...input }],
    });
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
  const progress = (handle: WorkflowHandle): Promise<BackfillState> => handle.query(getBackfillProgress);

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

  it('stops at a pause, goes on at a resume, and refuses what makes no sense', async () => {
    const lake = bulkLake(environment);
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('paused');
      await expect(handle.executeUpdate(resumeBackfill)).rejects.toMatchObject({
        cause: { message: expect.stringContaining('expected a paused backfill') },
      });
      await expect(
        handle.executeUpdate(setBackfillConcurrency, { args: [{ concurrency: 0 }] }),
      ).rejects.toMatchObject({ cause: { type: 'BACKFILL_INPUT' } });
      await handle.executeUpdate(pauseBackfill, { args: [{ reason: 'the source asked us to' }] });
      const before = await settled(() => progress(handle));
      expect(before.paused).toBe('the source asked us to');
      expect(before.archives_landed).toBeLessThan(6);
      await handle.executeUpdate(setBackfillConcurrency, { args: [{ concurrency: 4 }] });
      await handle.executeUpdate(resumeBackfill);
      expect(await handle.result()).toMatchObject({ status: 'done', concurrency: 4 });
    });
  });

  it('begins no chunk while paused, though it is staged, and lets the one under way end', async () => {
    const lake = bulkLake(environment);
    const finish = holdBack(lake, 'refineTables');
    const runs = (): number => lake.calls.filter((name) => name === 'publishRun').length;
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('paused-staged');
      while (lake.staged.length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
      await handle.executeUpdate(pauseBackfill, { args: [{ reason: 'the machine is needed' }] });
      finish();
      while ((await progress(handle)).chunks_done < 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(
        await settled(async () => ({
          runs: runs(),
          chunks_done: (await progress(handle)).chunks_done,
          opened: lake.calls.filter((name) => name === 'openRun').length,
        })),
      ).toEqual({ runs: 1, chunks_done: 1, opened: 1 });
      await handle.executeUpdate(resumeBackfill);
      expect(await handle.result()).toMatchObject({ status: 'done', chunks_done: 3 });
    });
    expect(runs()).toBe(3);
  });

  it('ingests no newest files while paused', async () => {
    const lake = bulkLake(environment, {
      chunks: 0,
      archives: 0,
      current: { from: '2026-01-21T00:00:00Z', to: '2026-01-21T00:10:00Z' },
    });
    const plan = holdBack(lake, 'planBackfillRange');
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('paused-current');
      await handle.executeUpdate(pauseBackfill, { args: [{ reason: 'the source asked us to' }] });
      plan();
      expect(
        await settled(async () => [(await progress(handle)).status, lake.calls.includes('ingestFile')]),
      ).toEqual(['planned', false]);
      await handle.executeUpdate(resumeBackfill);
      expect(await handle.result()).toMatchObject({ status: 'done', current_done: true });
    });
    expect(lake.calls).toContain('ingestFile');
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

  describe('with newest files besides', () => {
    const CURRENT = { from: '2026-01-21T00:00:00Z', to: '2026-01-21T00:10:00Z' };
    /** Undefined before anybody has asked the lane for anything. */
    const laneOf = (branch: string): Promise<LaneState | undefined> =>
      environment.client.workflow
        .getHandle(`lane/nem@${branch}`)
        .query(getLaneState)
        .catch(() => undefined);
    const ask = (branch: string, request: object) =>
      askLane(environment.client, { pipeline: 'nem', branch, requestedBy: 'test', ...request });
    /** Whether a failed run holds the lane and turns of these kinds wait behind it. */
    const isHeld = async (branch: string, kinds: string[]): Promise<true | undefined> => {
      const { held, queued } = (await laneOf(branch)) ?? { held: null, queued: [] };
      return held && JSON.stringify(queued.map(({ kind }) => kind)) === JSON.stringify(kinds)
        ? true
        : undefined;
    };

    async function hold(lake: FakeLake, branch: string): Promise<string> {
      lake.failGates('silver');
      return (await ask(branch, { kind: 'live' })).runId;
    }

    it('publishes them and lands archives while a failed run holds the lane, and leaves the decision to the operator', async () => {
      const lake = bulkLake(environment, { chunks: 1, archives: 2, current: CURRENT });
      await withWorkers(environment, lake.activities, async () => {
        const held = await hold(lake, 'gap');
        const handle = await start('held-current', { target: 'gap' });
        await until(() => isHeld('gap', ['live', 'backfill']));
        expect({
          held: (await laneOf('gap'))?.held?.runId,
          published: lake.calls.includes('ingestFile'),
          staged: lake.staged.length,
        }).toEqual({ held, published: true, staged: 2 });
        expect(
          await ask('gap', { kind: 'operator', decides: { runId: held, reason: 'mended' } }),
        ).toMatchObject({ status: 'done' });
        expect(await handle.result()).toMatchObject({
          status: 'done',
          chunks_done: 1,
          current_done: true,
          failures: [],
        });
      });
      expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(3);
    });

    it('does not fetch again what the listing shows unchanged', async () => {
      const lake = bulkLake(environment, { chunks: 0, archives: 0, current: CURRENT });
      const asked: unknown[] = [];
      const { findSourceFiles } = lake.activities;
      lake.activities.findSourceFiles = async (input: never) => {
        asked.push((input as { verify: boolean }).verify);
        return findSourceFiles!(input);
      };
      await withWorkers(environment, lake.activities, async () =>
        (await start('unverified', { target: 'unverified' })).result(),
      );
      expect(asked).toEqual([false, false]);
    });

    it('refines those that came and merges every chunk though a listed file is gone', async () => {
      const lake = bulkLake(environment, { current: CURRENT });
      lake.activities.ingestFile = async () =>
        Promise.reject(
          ApplicationFailure.create({ type: 'SOURCE_FILE_MISSING', message: '404', nonRetryable: true }),
        );
      await withWorkers(environment, lake.activities, async () => {
        const handle = await start('file-gone', { target: 'gone' });
        await expect(handle.result()).rejects.toMatchObject({
          cause: {
            type: 'BACKFILL_INCOMPLETE',
            details: [{ failures: [{ ...CURRENT, code: 'SOURCE_FILE_MISSING' }] }],
          },
        });
        expect(await progress(handle)).toMatchObject({ chunks_done: 3, current_done: true });
      });
      expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(4);
    });

    it('reports their run as failed when a gate fails it, lands the archives, and ends at once when it is cancelled then', async () => {
      const lake = bulkLake(environment, { chunks: 1, archives: 2, current: CURRENT });
      lake.failGates('silver');
      await withWorkers(environment, lake.activities, async () => {
        const handle = await start('current-fails', { target: 'today' });
        await until(() => isHeld('today', ['backfill']));
        const { runId } = (await laneOf('today'))!.held!;
        expect(await progress(handle)).toMatchObject({
          archives_landed: 2,
          chunks_done: 0,
          failures: [{ ...CURRENT, code: 'GATE_FAILED', runId }],
        });
        await handle.cancel();
        await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      });
    });

    it('ends at once when it is cancelled while they wait behind a held lane, where their turn stays', async () => {
      const lake = bulkLake(environment, { chunks: 0, archives: 0, current: CURRENT });
      await withWorkers(environment, lake.activities, async () => {
        await hold(lake, 'left');
        const handle = await start('cancelled-current', { target: 'left' });
        await until(() => isHeld('left', ['live']));
        await handle.cancel();
        await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
        expect(await isHeld('left', ['live'])).toBe(true);
      });
    });

    it('continues with the chunks when the child that publishes them is terminated', async () => {
      const lake = bulkLake(environment, { chunks: 1, archives: 2, current: CURRENT });
      const letGo = holdBack(lake, 'ingestFile');
      await withWorkers(environment, lake.activities, async () => {
        const handle = await start('child-terminated', { target: 'terminated' });
        const child = environment.client.workflow.getHandle('child-terminated/current');
        await until(() =>
          child.describe().then(
            () => true as const,
            () => undefined,
          ),
        );
        await child.terminate();
        await expect(handle.result()).rejects.toMatchObject({
          cause: { details: [{ failures: [{ ...CURRENT, code: 'RUN_FAILED' }] }] },
        });
        expect(await progress(handle)).toMatchObject({ chunks_done: 1 });
      });
      letGo();
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

  describe('that is asked for twice', () => {
    const settings = (changes: Partial<BackfillInput> = {}) =>
      backfillSettings({
        pipeline: 'nem',
        from: '2026-01-01',
        to: '2026-01-22',
        target: 'twice',
        ...changes,
      });

    it('follows the one that runs, whatever its concurrency, and refuses other settings by name', async () => {
      const lake = bulkLake(environment, { chunks: 0, archives: 0 });
      const letGo = holdBack(lake, 'planBackfillRange');
      await withWorkers(environment, lake.activities, async () => {
        const first = await startBackfill(environment.client, settings());
        expect(first.workflowId).toBe('backfill/nem/2026-01-01T00:00:00Z/2026-01-22T00:00:00Z@twice');
        expect(
          (await startBackfill(environment.client, settings({ concurrency: 5 }))).firstExecutionRunId,
        ).toBe(first.firstExecutionRunId);
        await expect(
          startBackfill(environment.client, settings({ mode: 'failed', chunk: 1 })),
        ).rejects.toMatchObject({
          code: 'BACKFILL_RUNNING',
          kind: 'user',
          message: `backfill: expected mode missing, chunk 7, as ${first.workflowId} has, which is running; found mode failed, chunk 1`,
        });
        letGo();
        await first.result();
        expect(
          await (await startBackfill(environment.client, settings({ mode: 'failed' }))).result(),
        ).toMatchObject({ mode: 'failed' });
      });
    });

    it('refuses a plan of another mode while one is made', async () => {
      const lake = bulkLake(environment, { chunks: 0, archives: 0 });
      const letGo = holdBack(lake, 'planBackfillRange');
      await withWorkers(environment, lake.activities, async () => {
        const plan = await startBackfill(environment.client, settings({ dryRun: true }));
        await expect(
          startBackfill(environment.client, settings({ dryRun: true, mode: 'all' })),
        ).rejects.toMatchObject({ code: 'BACKFILL_RUNNING' });
        letGo();
        expect(await plan.result()).toMatchObject({ mode: 'missing' });
      });
    });

    it('knows the settings of one that was started without defaults, by hand', async () => {
      const lake = bulkLake(environment, { chunks: 0, archives: 0 });
      const letGo = holdBack(lake, 'planBackfillRange');
      await withWorkers(environment, lake.activities, async () => {
        const byHand = await start('backfill/nem/2026-01-01T00:00:00Z/2026-01-22T00:00:00Z@twice', {
          target: 'twice',
          order: undefined,
        });
        expect((await startBackfill(environment.client, settings())).workflowId).toBe(byHand.workflowId);
        await expect(startBackfill(environment.client, settings({ order: 'oldest' }))).rejects.toMatchObject({
          code: 'BACKFILL_RUNNING',
        });
        letGo();
        await byHand.result();
      });
    });
  });

  it('names the id when it is unknown, or when the backfill to change has ended', async () => {
    const ask = (id: string, call: (handle: WorkflowHandle) => Promise<unknown>): Promise<unknown> =>
      askBackfill(environment.client, id, call);
    const pause = (handle: WorkflowHandle): Promise<unknown> =>
      handle.executeUpdate(pauseBackfill, { args: [{ reason: 'night' }] });
    const expected = (id: string) => ({
      code: 'BACKFILL_NOT_FOUND',
      kind: 'user',
      message: expect.stringContaining(`found ${id}: `) as string,
    });
    await withWorkers(environment, bulkLake(environment, { chunks: 0, archives: 0 }).activities, async () => {
      const ended = await start('ended');
      await ended.result();
      expect(await ask(ended.workflowId, (handle) => handle.query(getBackfillProgress))).toMatchObject({
        status: 'nothing_to_do',
      });
      await expect(ask(ended.workflowId, pause)).rejects.toMatchObject(expected(ended.workflowId));
      await expect(ask('backfill/nem/unknown', pause)).rejects.toMatchObject(
        expected('backfill/nem/unknown'),
      );
      await expect(
        ask('backfill/nem/unknown', (handle) => handle.query(getBackfillProgress)),
      ).rejects.toMatchObject(expected('backfill/nem/unknown'));
    });
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

/** Looks again until there is an answer. */
async function until(look: () => Promise<true | undefined>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The state once two looks in a row agree. */
async function settled<T>(look: () => Promise<T>): Promise<T> {
  for (let last = JSON.stringify(await look()); ;) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const now = await look();
    if (JSON.stringify(now) === last) return now;
    last = JSON.stringify(now);
  }
}
