import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/support/askLane';
import { TASK_QUEUES } from '../../core/ids';
import type { TurnOutcome } from '../../core/lane';
import type { RefineResult } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';
import { endEnvironment, startEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';

jest.setTimeout(120_000);

describe('a refine run', () => {
  let environment: TestWorkflowEnvironment;
  beforeAll(async () => {
    environment = await startEnvironment();
  });
  afterAll(() => endEnvironment(environment));

  /** Each test has a pipeline branch, and so a lane, of its own. */
  let lanes = 0;
  const nextBranch = (): string => `b${(lanes += 1)}`;

  it('takes every step in order and gives its slot back', async () => {
    const lake = fakeLake(environment.client);
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'operator',
        requestedBy: 'test',
      }),
    );
    expect(outcome).toMatchObject({
      status: 'done',
      result: { status: 'merged', mergeHash: 'merged', deadLetters: 1, gates: { evaluated: 10, failed: 0 } },
    });
    expect(lake.calls).toEqual([
      'openRun',
      'planBatch',
      'refineTables',
      'pointSlot',
      'auditTables',
      'buildGold',
      'auditTables',
      'publishRun',
      'announceRun',
      'closeRun',
    ]);
  });

  it('ends without touching anything when the ledger is level with Kafka', async () => {
    const lake = fakeLake(environment.client);
    lake.records = 0;
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'live',
        requestedBy: 'test',
      }),
    );
    expect(outcome).toMatchObject({ status: 'done', result: { status: 'nothing_new' } });
    expect(lake.calls).toEqual(['openRun', 'planBatch', 'closeRun']);
  });

  it('replays itself on the new head when the target branch moved', async () => {
    const lake = fakeLake(environment.client);
    lake.conflictOnce();
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'operator',
        requestedBy: 'test',
      }),
    );
    expect(outcome).toMatchObject({ status: 'done', result: { status: 'merged' } });
    expect(lake.calls.filter((call) => call === 'openRun')).toHaveLength(2);
  });

  it('keeps the evidence of a failed gate, does not build gold, and holds live runs until an operator run passes', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    lake.failGates('bronze');
    await withWorkers(environment, lake.activities, async () => {
      const failed = await askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'live',
        requestedBy: 'test',
      });
      expect(failed).toMatchObject({
        status: 'failed',
        failure: { code: 'GATE_FAILED', message: expect.stringContaining('3 of 10 rows') },
      });
      expect(lake.calls).toEqual([
        'openRun',
        'planBatch',
        'refineTables',
        'pointSlot',
        'auditTables',
        'keepFailedRun',
        'closeRun',
      ]);

      const waiting = await askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'live',
        requestedBy: 'test',
        wait: false,
      });
      const lane = environment.client.workflow.getHandle(`lane/nem@${branch}`);
      expect(await lane.query(getLaneState)).toMatchObject({
        held: { runId: failed.runId },
        queued: [{ runId: waiting.runId }],
      });

      const retried = await askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'operator',
        requestedBy: 'test',
        decides: { runId: failed.runId, reason: 'mended' },
      });
      expect(retried.status).toBe('done');
      expect((await lane.query(getLaneState)).held).toBeNull();
      // The lane starts the waiting run a moment after it has answered for the retry.
      const hasEnded = async (): Promise<boolean> =>
        (await lane.query(getLaneState)).recent.some(({ runId }) => runId === waiting.runId);
      while (!(await hasEnded())) await new Promise((resolve) => setTimeout(resolve, 50));
      await environment.client.workflow.getHandle(`refine/nem/${waiting.runId}`).result();
    });
  });

  it('takes a batch with missing units once more, since the rest may have arrived by then', async () => {
    const lake = fakeLake(environment.client);
    lake.incompleteTimes(1);
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'live',
        requestedBy: 'test',
      }),
    );
    expect(outcome).toMatchObject({ status: 'done', result: { status: 'merged' } });
    const once = ['openRun', 'planBatch', 'refineTables', 'pointSlot', 'auditTables'];
    expect(lake.calls).toEqual([
      ...once,
      ...once,
      'buildGold',
      'auditTables',
      'publishRun',
      'announceRun',
      'closeRun',
    ]);
  });

  it('stops when units are still missing', async () => {
    const lake = fakeLake(environment.client);
    lake.incompleteTimes(2);
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'live',
        requestedBy: 'test',
      }),
    );
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'GATE_FAILED' } });
    expect(lake.calls.slice(-3)).toEqual(['auditTables', 'keepFailedRun', 'closeRun']);
    expect(lake.calls.filter((call) => call === 'planBatch')).toHaveLength(2);
  });

  it('lets an override take the held batch and no more, once, and refuses a second answer that waited behind it', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    const ask = (extra: object): Promise<TurnOutcome> =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'operator',
        requestedBy: 'test',
        ...extra,
      });
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const { runId } = await ask({});
      lake.failGates('silver');
      const answers = await Promise.all(
        ['known outage', 'me too'].map((reason) => ask({ decides: { runId, reason }, override: { reason } })),
      );
      expect(
        answers.map((answer) => (answer.status === 'failed' ? answer.failure.code : answer.status)).sort(),
      ).toEqual(['NOT_HELD', 'done']);
      expect(lake.planned.map(({ upTo }) => upTo)).toEqual([undefined, lake.ranges]);
      await expect(
        ask({ landing: { manifestUri: 's3://x', records: 1 }, override: { reason: ' ' } }),
      ).rejects.toMatchObject({ cause: { type: 'DEAD_LETTER_DECISION' } });
    });
  });

  it('takes back a request whose workflow is cancelled before its turn, so that a held lane does not refine it later', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      await askLane(environment.client, { pipeline: 'nem', branch, kind: 'live', requestedBy: 'test' });
      const lane = environment.client.workflow.getHandle(`lane/nem@${branch}`);
      const queued = async (): Promise<number> => (await lane.query(getLaneState)).queued.length;
      const bulk = await environment.client.workflow.start('refineBatch', {
        taskQueue: TASK_QUEUES.control,
        workflowId: `cancelled/${branch}`,
        args: [{ pipeline: 'nem', branch, kind: 'backfill', landing: { manifestUri: 's3://x', records: 1 } }],
      });
      while ((await queued()) === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      await bulk.cancel();
      await expect(bulk.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      expect(await queued()).toBe(0);
    });
  });

  it.each([
    ['gold alone', { goldOnly: true }],
    ['reference tables', { metadata: { unitsUri: 's3://units', sourceName: 'units.csv' } }],
  ])('lets an operator override gates for %s, which take no records', async (_, named) => {
    const lake = fakeLake(environment.client);
    lake.failGates('silver');
    const outcome = await withWorkers(environment, lake.activities, () =>
      askLane(environment.client, {
        pipeline: 'nem',
        branch: nextBranch(),
        kind: 'operator',
        requestedBy: 'test',
        override: { reason: 'known outage' },
        ...named,
      }),
    );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(lake.calls).not.toContain('planBatch');
  });

  it.each([
    ['what Kafka holds', {}, 'base'],
    ['landed files', { landing: { manifestUri: 's3://x', records: 1 } }, 'base'],
    ['reference tables', { metadata: { unitsUri: 's3://units', sourceName: 'units.csv' } }, undefined],
    ['gold alone', { goldOnly: true }, undefined],
  ])(
    'names the commit that it began with in audits of %s, or has every table audited',
    async (_, named, hash) => {
      const lake = fakeLake(environment.client);
      await withWorkers(environment, lake.activities, () =>
        askLane(environment.client, {
          pipeline: 'nem',
          branch: nextBranch(),
          kind: 'operator',
          requestedBy: 'test',
          ...named,
        }),
      );
      expect(lake.audited.map(({ baseHash }) => baseHash)).toEqual([hash, hash]);
    },
  );

  it('lets an operator override gates for landed files, and for what Kafka holds only with the name of the held run', async () => {
    const lake = fakeLake(environment.client);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const ask = (extra: object): Promise<TurnOutcome> =>
        askLane(environment.client, {
          pipeline: 'nem',
          branch: nextBranch(),
          kind: 'operator',
          requestedBy: 'test',
          override: { reason: 'known outage' },
          ...extra,
        });
      expect(await ask({ landing: { manifestUri: 's3://x', records: 1 } })).toMatchObject({
        status: 'done',
        result: { status: 'merged', gates: { failed: 1 } },
      });
      await expect(ask({})).rejects.toMatchObject({ cause: { type: 'NOT_HELD' } });
    });
  });

  it('takes its turn through the lane when started by hand, and never two at once', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    const start = (id: number): Promise<RefineResult> =>
      environment.client.workflow.execute('refineBatch', {
        taskQueue: TASK_QUEUES.control,
        workflowId: `hand/${branch}/${id}`,
        args: [{ pipeline: 'nem', branch, goldOnly: true }],
      });
    const results = await withWorkers(environment, lake.activities, () =>
      Promise.all([start(1), start(2), start(3)]),
    );
    expect(results.map(({ status }) => status)).toEqual(['merged', 'merged', 'merged']);
    expect(new Set(results.map(({ runId }) => runId)).size).toBe(3);
    expect(lake.mostAtOnce).toBe(1);
  });

  it('fails a run of an unknown pipeline with code and hint', async () => {
    const lake = fakeLake(environment.client);
    const run = withWorkers(environment, lake.activities, () =>
      environment.client.workflow.execute('ingestRange', {
        taskQueue: TASK_QUEUES.control,
        workflowId: 'unknown',
        args: [{ pipeline: 'tides', from: '2026-01-01', to: '2026-01-02' }],
      }),
    );
    await expect(run).rejects.toThrow(WorkflowFailedError);
    await expect(run).rejects.toMatchObject({
      cause: {
        type: 'UNKNOWN_PIPELINE',
        details: [expect.objectContaining({ hint: expect.stringContaining('nem') })],
      },
    });
  });
});
