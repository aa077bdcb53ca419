import { WorkflowFailedError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TASK_QUEUES } from '../../core/ids';
import type { RefineResult } from '../../core/runs';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';
import { ask, nextBranch } from './support/ownLane';

jest.setTimeout(120_000);

describe('a refine run', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  it('takes every step in order and gives its slot back', async () => {
    const lake = fakeLake(environment.client);
    const outcome = await withWorkers(environment, lake.activities, () => ask(environment.client));
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
      ask(environment.client, { kind: 'live' }),
    );
    expect(outcome).toMatchObject({ status: 'done', result: { status: 'nothing_new' } });
    expect(lake.calls).toEqual(['openRun', 'planBatch', 'closeRun']);
  });

  it('replays itself on the new head when the target branch moved', async () => {
    const lake = fakeLake(environment.client);
    lake.conflictOnce();
    const outcome = await withWorkers(environment, lake.activities, () => ask(environment.client));
    expect(outcome).toMatchObject({ status: 'done', result: { status: 'merged' } });
    expect(lake.calls.filter((call) => call === 'openRun')).toHaveLength(2);
  });

  it('takes a batch with missing units once more, since the rest may have arrived by then', async () => {
    const lake = fakeLake(environment.client);
    lake.incompleteTimes(1);
    const outcome = await withWorkers(environment, lake.activities, () =>
      ask(environment.client, { kind: 'live' }),
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

  it.each([
    ['what Kafka holds', {}, 'base'],
    ['landed files', { landing: { manifestUri: 's3://x', records: 1 } }, 'base'],
    ['reference tables', { metadata: { unitsUri: 's3://units', sourceName: 'units.csv' } }, undefined],
    ['gold alone', { goldOnly: true }, undefined],
  ])(
    'names the commit that it began with in audits of %s, or has every table audited',
    async (_, named, hash) => {
      const lake = fakeLake(environment.client);
      await withWorkers(environment, lake.activities, () => ask(environment.client, { ...named }));
      expect(lake.audited.map(({ baseHash }) => baseHash)).toEqual([hash, hash]);
    },
  );

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
