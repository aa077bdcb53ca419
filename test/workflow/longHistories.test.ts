import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/support/askLane';
import type { BackfillState } from '../../workflows/backfillState';
import { getLaneState, setBackfillConcurrency } from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';

jest.setTimeout(120_000);

const LONG_AFTER_EVENTS = 60;
const RUNS = 12;

/**
 * Temporal fails a workflow of 51,200 events or 2,000 updates. Here the server calls one long after 60, so
 * that a test can meet the limit.
 */
describe('a workflow that outlives its history', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started), { longAfter_events: LONG_AFTER_EVENTS });

  const historiesOf = async (workflowId: string): Promise<number> => {
    const histories = new Set<string>();
    for await (const { runId } of environment.client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
      histories.add(runId);
    return histories.size;
  };
  const ask = (branch: string, wait: boolean) =>
    askLane(environment.client, { pipeline: 'nem', branch, kind: 'live', requestedBy: 'test', wait });

  it('as a lane and as the pool of slots: serves every run once, and every waiting caller gets an answer', async () => {
    const lake = fakeLake(environment.client);
    await withWorkers(environment, lake.activities, async () => {
      for (let run = 0; run < RUNS; run += 1)
        expect(await ask('busy', true)).toMatchObject({ status: 'done' });
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(RUNS);
    expect(lake.mostAtOnce).toBe(1);
    expect(await historiesOf('lane/nem@busy')).toBeGreaterThan(1);
    expect(await historiesOf('slots')).toBeGreaterThan(1);
  });

  it('as a held lane: hold and queue move on, those who wait stay waiting, and the decision frees them', async () => {
    const lake = fakeLake(environment.client);
    lake.failGates('bronze');
    await withWorkers(environment, lake.activities, async () => {
      const failed = await ask('held', true);
      const waiting = ask('held', true);
      for (let interval = 0; interval < RUNS; interval += 1) await ask('held', false);
      const lane = environment.client.workflow.getHandle('lane/nem@held');
      const { held, queued } = await lane.query(getLaneState);
      expect({ held: held?.runId, queued: queued.length }).toEqual({ held: failed.runId, queued: 1 });
      expect(await historiesOf('lane/nem@held')).toBeGreaterThan(1);
      const decided = await askLane(environment.client, {
        pipeline: 'nem',
        branch: 'held',
        kind: 'operator',
        requestedBy: 'test',
        decides: { runId: failed.runId, reason: 'mended' },
      });
      expect([decided.status, (await waiting).status]).toEqual(['done', 'done']);
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(2);
  });

  it('as a backfill: every chunk is merged once, and what an operator set stays set', async () => {
    const chunks = 8;
    const lake = fakeLake(environment.client);
    const staged: string[] = [];
    Object.assign(lake.activities, {
      planBackfillRange: async () => ({
        planUri: 's3://x/plan.json',
        chunks,
        archives: chunks,
        archive_bytes: 1,
        current: null,
        reports: { DISPATCHSCADA: { expected: 288, present: 0, sourceGaps: 0, unavailable: 0 } },
      }),
      readChunk: async ({ index }: { index: number }) => ({
        from: `day ${index}`,
        to: `day ${index + 1}`,
        archives: [{ name: `a${index}` }],
      }),
      stageArchive: async ({ archive }: { archive: { name: string } }) => {
        staged.push(archive.name);
        return { files: 288, quarantined: 0, records: 1000, isNew: true };
      },
    });
    const state = await withWorkers(environment, lake.activities, async () => {
      const handle = await environment.client.workflow.start('backfillRange', {
        taskQueue: 'control',
        workflowId: 'long-backfill',
        args: [{ pipeline: 'nem', from: '2026-01-01', to: '2026-02-26', order: 'oldest' }],
      });
      await handle.executeUpdate(setBackfillConcurrency, { args: [{ concurrency: 3 }] });
      return (await handle.result()) as BackfillState;
    });
    expect(state).toMatchObject({
      status: 'done',
      chunks_done: chunks,
      archives_landed: chunks,
      concurrency: 3,
    });
    expect(new Set(staged).size).toBe(staged.length);
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(chunks);
    expect(await historiesOf('long-backfill')).toBeGreaterThan(1);
  });

  it('as a range of many intervals: each is ingested once, and all of them are refined in one run', async () => {
    const lake = fakeLake(environment.client);
    const result = await withWorkers(environment, lake.activities, () =>
      environment.client.workflow.execute('ingestRange', {
        taskQueue: 'control',
        workflowId: 'long-range',
        args: [
          { pipeline: 'nem', branch: 'range', from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:30:00Z' },
        ],
      }),
    );
    expect(result).toMatchObject({ intervals: 18, files: 18, rows: 18 * 9, refine: { status: 'merged' } });
    expect(lake.calls.filter((name) => name === 'ingestFile')).toHaveLength(18);
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(1);
    expect(await historiesOf('long-range')).toBeGreaterThan(1);
  });

  it('as a reload of many days: each is staged and refined once', async () => {
    const lake = fakeLake(environment.client);
    const staged: string[] = [];
    Object.assign(lake.activities, {
      stageLanding: async ({ name }: { name: string }) => {
        staged.push(name);
        return { batch: { manifestUri: `s3://x/${name}`, records: 1000 }, files: 288, quarantined: 0 };
      },
    });
    const result = await withWorkers(environment, lake.activities, () =>
      environment.client.workflow.execute('reloadLanding', {
        taskQueue: 'control',
        workflowId: 'long-reload',
        args: [{ pipeline: 'nem', target: 'reload', from: '2026-01-01', to: '2026-01-11' }],
      }),
    );
    expect(result).toMatchObject({ chunks: 10, files: 10 * 288 });
    expect([staged.length, new Set(staged).size, new Set((result as { runs: string[] }).runs).size]).toEqual([
      10, 10, 10,
    ]);
    expect(await historiesOf('long-reload')).toBeGreaterThan(1);
  });
});
