import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PlannedBackfill } from '../../activities/bulk/backfill';
import type { BackfillInput } from '../../core/backfill';
import type { BackfillState } from '../../workflows/backfillProgress';
import { endEnvironment, startEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

const PLAN: PlannedBackfill = {
  planUri: 's3://x/plan.json', chunks: 3, archives: 6, archive_bytes: 600, current: null,
  reports: { DISPATCHSCADA: { expected: 2016, present: 0, sourceGaps: 0, unavailable: 0 } },
};

/** A lake with a source that has three chunks of two archives each. */
function bulkLake(environment: TestWorkflowEnvironment, plan: Partial<PlannedBackfill> = {}): FakeLake & { staged: string[]; atOnce: number } {
  const lake = Object.assign(fakeLake(environment.client), { staged: [] as string[], atOnce: 0 });
  let running = 0;
  Object.assign(lake.activities, {
    planBackfillRange: async () => ({ ...PLAN, ...plan }),
    readChunk: async ({ index }: { index: number }) => ({ from: `day ${index}`, to: `day ${index + 1}`, archives: [{ name: `a${index}` }, { name: `b${index}` }] }),
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

  const start = (id: string, input: Partial<BackfillInput> = {}): Promise<WorkflowHandle> => environment.client.workflow.start('backfillRange', {
    taskQueue: 'control', workflowId: id, args: [{ pipeline: 'nem', from: '2026-01-01', to: '2026-01-22', order: 'oldest', ...input }],
  });
  const progress = (handle: WorkflowHandle): Promise<BackfillState> => handle.query<BackfillState>('getProgress');

  it('lands every archive and merges chunk after chunk, one refine run each', async () => {
    const lake = bulkLake(environment);
    const state = await withWorkers(environment, lake.activities, async () => (await (await start('whole', { concurrency: 2 })).result()) as BackfillState);
    expect(state).toMatchObject({ status: 'done', percent: 100, chunks_done: 3, archives_landed: 6, files: 6 * 288, quarantined: 6, records: 6000, failures: [] });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(3);
    expect(lake.calls).not.toContain('planBatch');
    expect(lake.atOnce).toBeLessThanOrEqual(2);
    expect(lake.mostAtOnce).toBe(1);
  });

  it('does nothing when nothing lacks, and nothing but plan on a dry run', async () => {
    const lake = bulkLake(environment, { chunks: 0, archives: 0 });
    const full = bulkLake(environment);
    const nothing = await withWorkers(environment, lake.activities, async () => (await (await start('nothing')).result()) as BackfillState);
    const dry = await withWorkers(environment, full.activities, async () => (await (await start('dry', { dryRun: true })).result()) as BackfillState);
    expect(nothing.status).toBe('nothing_to_do');
    expect(dry.status).toBe('planned');
    expect([...lake.calls, ...full.calls]).toEqual(['prepareSource', 'prepareSource']);
  });

  it('stops at a pause, goes on at a resume, and refuses what makes no sense', async () => {
    const lake = bulkLake(environment);
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('paused');
      await expect(handle.executeUpdate('resume')).rejects.toMatchObject({ cause: { message: expect.stringContaining('expected a paused backfill') } });
      await expect(handle.executeUpdate('setConcurrency', { args: [{ concurrency: 0 }] })).rejects.toMatchObject({ cause: { type: 'BACKFILL_INPUT' } });
      await handle.executeUpdate('pause', { args: [{ reason: 'the source asked us to' }] });
      const before = await settled(() => progress(handle));
      expect(before.paused).toBe('the source asked us to');
      expect(before.archives_landed).toBeLessThan(6);
      await handle.executeUpdate('setConcurrency', { args: [{ concurrency: 4 }] });
      await handle.executeUpdate('resume');
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
      await handle.executeUpdate('pause', { args: [{ reason: 'the machine is needed' }] });
      finish();
      while ((await progress(handle)).chunks_done < 1) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await settled(async () => ({ runs: runs(), chunks_done: (await progress(handle)).chunks_done, opened: lake.calls.filter((name) => name === 'openRun').length })))
        .toEqual({ runs: 1, chunks_done: 1, opened: 1 });
      await handle.executeUpdate('resume');
      expect(await handle.result()).toMatchObject({ status: 'done', chunks_done: 3 });
    });
    expect(runs()).toBe(3);
  });

  it('ingests no newest files while paused', async () => {
    const lake = bulkLake(environment, { chunks: 0, archives: 0, current: { from: '2026-01-21T00:00:00Z', to: '2026-01-21T00:10:00Z' } });
    const plan = holdBack(lake, 'planBackfillRange');
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('paused-current');
      await handle.executeUpdate('pause', { args: [{ reason: 'the source asked us to' }] });
      plan();
      expect(await settled(async () => [(await progress(handle)).status, lake.calls.includes('ingestFile')])).toEqual(['planned', false]);
      await handle.executeUpdate('resume');
      expect(await handle.result()).toMatchObject({ status: 'done', current_done: true });
    });
    expect(lake.calls).toContain('ingestFile');
  });

  it.each([[true, [0]], [false, []]])('with leaveBlocked %s blocks of the chunks that failed a gate: %j', async (leaveBlocked, expected) => {
    const lake = bulkLake(environment);
    const blocked: number[] = [];
    lake.activities.blockChunk = async ({ index }: { index: number }) => void blocked.push(index);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      await expect((await start(`blocking-${leaveBlocked}`, { leaveBlocked })).result()).rejects.toMatchObject({ cause: { type: 'BACKFILL_INCOMPLETE' } });
    });
    expect(blocked).toEqual(expected);
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
      for (const mode of ['failed', 'missing'] as const) await (await start(`fresh-${mode}`, { mode })).result();
    });
    expect(fresh).toEqual([true, true, false, false]);
  });

  it('goes on after a chunk that fails, says which one, and holds nobody up', async () => {
    const lake = bulkLake(environment);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const handle = await start('failing');
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'BACKFILL_INCOMPLETE', details: [{ failures: [{ from: 'day 0', code: 'GATE_FAILED' }] }] } });
      const live = await environment.client.workflow.execute('refineBatch', { taskQueue: 'control', workflowId: 'live-after', args: [{ pipeline: 'nem', kind: 'live' }] });
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
      await environment.client.workflow.execute('refineBatch', { taskQueue: 'control', workflowId: 'live-beside', args: [{ pipeline: 'nem', kind: 'live' }] });
      await handle.result();
    });
    expect(order).toEqual(['chunk', 'live', 'chunk', 'chunk']);
  });

  it('fails on an input that does not fit, with all mistakes and a hint', async () => {
    await withWorkers(environment, bulkLake(environment).activities, async () => {
      const handle = await start('wrong', { chunk: 0, mode: 'some' as never });
      await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'BACKFILL_INPUT', details: [expect.objectContaining({ hint: expect.any(String) as string })] } });
    });
  });

  it('reports a source that does not answer as a failed chunk', async () => {
    const lake = bulkLake(environment, { chunks: 1 });
    lake.activities.stageArchive = async () => Promise.reject(ApplicationFailure.create({ type: 'SOURCE_UNAVAILABLE', message: 'busy', nonRetryable: true }));
    await withWorkers(environment, lake.activities, async () => {
      await expect((await start('silent')).result()).rejects.toMatchObject({ cause: { type: 'BACKFILL_INCOMPLETE', details: [{ failures: [{ code: 'SOURCE_UNAVAILABLE' }] }] } });
    });
  });
});

/** The state once two looks in a row agree. */
async function settled<T>(look: () => Promise<T>): Promise<T> {
  for (let last = JSON.stringify(await look()); ;) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const now = await look();
    if (JSON.stringify(now) === last) return now;
    last = JSON.stringify(now);
  }
}
