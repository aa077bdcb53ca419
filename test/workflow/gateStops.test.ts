import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { TASK_QUEUES } from '../../core/ids';
import type { TurnOutcome } from '../../core/lane';
import { getLaneState } from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { fakeLake } from './support/fakeLake';
import { ask, nextBranch } from './support/ownLane';

jest.setTimeout(120_000);

describe('a refine run that a gate stops', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  it('keeps the evidence, builds no gold, and holds live runs until a run of an operator passes', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    lake.failGates('bronze');
    await withWorkers(environment, lake.activities, async () => {
      const failed = await ask(environment.client, { branch, kind: 'live' });
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

      const waiting = await ask(environment.client, { branch, kind: 'live', wait: false });
      const lane = environment.client.workflow.getHandle(`lane/nem@${branch}`);
      expect(await lane.query(getLaneState)).toMatchObject({
        held: { runId: failed.runId },
        queued: [{ runId: waiting.runId }],
      });

      const retried = await ask(environment.client, {
        branch,
        decides: { runId: failed.runId, reason: 'corrected' },
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

  it('stops when units are still missing', async () => {
    const lake = fakeLake(environment.client);
    lake.incompleteTimes(2);
    const outcome = await withWorkers(environment, lake.activities, () =>
      ask(environment.client, { kind: 'live' }),
    );
    expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'GATE_FAILED' } });
    expect(lake.calls.slice(-3)).toEqual(['auditTables', 'keepFailedRun', 'closeRun']);
    expect(lake.calls.filter((call) => call === 'planBatch')).toHaveLength(2);
  });

  it('has an override take the held batch and no more, once; a second answer behind it is rejected', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    const answer = (request: object): Promise<TurnOutcome> => ask(environment.client, { branch, ...request });
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const { runId } = await answer({});
      lake.failGates('silver');
      const answers = await Promise.all(
        ['known outage', 'me too'].map((reason) =>
          answer({ decides: { runId, reason }, override: { reason } }),
        ),
      );
      expect(
        answers.map((answer) => (answer.status === 'failed' ? answer.failure.code : answer.status)).sort(),
      ).toEqual(['NOT_HELD', 'done']);
      expect(lake.planned.map(({ upTo }) => upTo)).toEqual([undefined, lake.ranges]);
      await expect(
        answer({ landing: { manifestUri: 's3://x', records: 1 }, override: { reason: ' ' } }),
      ).rejects.toMatchObject({ cause: { type: 'DEAD_LETTER_DECISION' } });
    });
  });

  it('takes back the request of a workflow that is cancelled before its turn behind a hold', async () => {
    const lake = fakeLake(environment.client);
    const branch = nextBranch();
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      await ask(environment.client, { branch, kind: 'live' });
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
  ])('takes an override for %s, which take no records', async (_, named) => {
    const lake = fakeLake(environment.client);
    lake.failGates('silver');
    const outcome = await withWorkers(environment, lake.activities, () =>
      ask(environment.client, { override: { reason: 'known outage' }, ...named }),
    );
    expect(outcome).toMatchObject({ status: 'done' });
    expect(lake.calls).not.toContain('planBatch');
  });

  it('takes an override for landed files, and for what Kafka holds only with the name of the held run', async () => {
    const lake = fakeLake(environment.client);
    lake.failGates('silver');
    await withWorkers(environment, lake.activities, async () => {
      const overridden = (request: object): Promise<TurnOutcome> =>
        ask(environment.client, { override: { reason: 'known outage' }, ...request });
      expect(await overridden({ landing: { manifestUri: 's3://x', records: 1 } })).toMatchObject({
        status: 'done',
        result: { status: 'merged', gates: { failed: 1 } },
      });
      await expect(overridden({})).rejects.toMatchObject({ cause: { type: 'NOT_HELD' } });
    });
  });
});
