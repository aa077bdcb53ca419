import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/support/askLane';
import type { LaneState } from '../../core/runs';
import { getLaneState, pauseBackfill, resumeBackfill } from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { type FakeLake } from './support/fakeLake';
import { bulkLake, holdBack, progress, settled, starterOf, until } from './support/bulkLake';

jest.setTimeout(60_000);

describe('the newest files of a backfill', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));
  const start = starterOf(() => environment);

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

    it('publishes them and lands archives while a failed run holds the lane; the operator decides on it', async () => {
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

    it('reports their run as failed when a gate fails it, lands the archives, and ends once cancelled', async () => {
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
});
