import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askBackfill, startBackfill } from '../../cli/support/backfillWorkflow';
import { backfillSettings, type BackfillInput } from '../../core/backfill';
import {
  getBackfillProgress,
  pauseBackfill,
  resumeBackfill,
  setBackfillConcurrency,
} from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { bulkLake, holdBack, progress, settled, starterOf } from './support/bulkLake';

jest.setTimeout(60_000);

describe('a backfill that is paused, asked for again or asked about', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));
  const start = starterOf(() => environment);

  it('stops at a pause, goes on at a resume, and rejects what makes no sense', async () => {
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

  describe('that is asked for twice', () => {
    const settings = (changes: Partial<BackfillInput> = {}) =>
      backfillSettings({
        pipeline: 'nem',
        from: '2026-01-01',
        to: '2026-01-22',
        target: 'twice',
        ...changes,
      });

    it('follows the one that runs, whatever its concurrency, and rejects other settings by name', async () => {
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
          message:
            `backfill: expected mode missing, chunk 7, as ${first.workflowId} has, which is running; ` +
            'found mode failed, chunk 1',
        });
        letGo();
        await first.result();
        expect(
          await (await startBackfill(environment.client, settings({ mode: 'failed' }))).result(),
        ).toMatchObject({ mode: 'failed' });
      });
    });

    it('rejects a plan of another mode while one is made', async () => {
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
});
