import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { dropByWorkflow } from '../../cli/support/dropByWorkflow';
import type { FeatureBranchInput } from '../../core/branches/featureBranch';
import { featureBranchWorkflowId, TASK_QUEUES } from '../../core/ids';
import { DAY_MS } from '../../core/interval';
import type { FeatureBranchState } from '../../workflows/featureBranchState';
import {
  compareBranch,
  dropBranch,
  extendBranch,
  getFeatureBranch,
  getLaneState,
  promoteBranch,
  runOnBranch,
} from '../../workflows/messages';
import { holdBack } from './support/bulkLake';
import { endWorkers, inEnvironment, withWorkers } from './support/environment';
import { fakeLake, type FakeLake } from './support/fakeLake';

jest.setTimeout(60_000);

/** A branch waits in real time: the server skips none. */
const days = (seconds: number): number => (1000 * seconds) / DAY_MS;

let environment: TestWorkflowEnvironment;
let lake: FakeLake;
inEnvironment((started) => (environment = started));
beforeEach(() => (lake = fakeLake(environment.client)));

const inLake = <T>(test: () => Promise<T>): Promise<T> => withWorkers(environment, lake.activities, test);
const state = (handle: WorkflowHandle): Promise<FeatureBranchState> => handle.query(getFeatureBranch);
const promoted = (): number => lake.calls.filter((name) => name === 'promoteFeatureBranch').length;

async function start(branch: string, input: Partial<FeatureBranchInput> = {}): Promise<WorkflowHandle> {
  return environment.client.workflow.start('featureBranch', {
    taskQueue: TASK_QUEUES.control,
    workflowId: featureBranchWorkflowId(branch),
    args: [{ branch, ...input }],
  });
}

async function until(
  handle: WorkflowHandle,
  holds: (state: FeatureBranchState) => boolean,
): Promise<FeatureBranchState> {
  for (;;) {
    const now = await state(handle);
    if (holds(now)) return now;
    await pause(50);
  }
}

describe('a feature branch from making to promotion', () => {
  it('is made, run on and compared at once, and merged and dropped by the update', async () => {
    await inLake(async () => {
      const branch = await start('tariff', { pipeline: 'nem' });
      const open = await until(branch, ({ changes, busy }) => changes !== null && busy === null);
      expect(open).toMatchObject({ status: 'open', catalog: 'branch_tariff', made_at_hash: 'main-head' });
      expect(open.runs).toEqual([
        expect.objectContaining({ pipeline: 'nem', status: 'merged', records: 10, dead_letters: 1 }),
      ]);
      expect(open.summary).toContain('| nem.silver_dispatch_clean | changed | 1 | 10 |');
      expect(promoted()).toBe(0);
      expect(await branch.executeUpdate(promoteBranch, { args: [{}] })).toEqual({ merge_hash: 'promoted' });
      expect(await branch.result()).toMatchObject({
        status: 'promoted',
        is_promoted: true,
        merge_hash: 'promoted',
        dropped_at_hash: 'branch-head',
        busy: null,
      });
    });
    expect(lake.calls.filter((name) => /Branch/.test(name))).toEqual([
      'readBranchHead',
      'createFeatureBranch',
      'compareFeatureBranch',
      'promoteFeatureBranch',
      'dropFeatureBranch',
    ]);
  });

  it('stays open after a promotion that keeps it, takes more runs, and ends by a drop', async () => {
    await inLake(async () => {
      const branch = await start('kept');
      expect(await branch.executeUpdate(runOnBranch, { args: [{ pipeline: 'nem' }] })).toMatchObject({
        status: 'merged',
      });
      await branch.executeUpdate(promoteBranch, { args: [{ keep: true }] });
      expect(await state(branch)).toMatchObject({ status: 'open', is_promoted: true });
      await branch.executeUpdate(runOnBranch, { args: [{ pipeline: 'nem', work: { kind: 'gold' } }] });
      expect(await branch.executeUpdate(compareBranch)).toHaveLength(1);
      expect(await branch.executeUpdate(dropBranch)).toEqual({ hash: 'branch-head' });
      expect(await branch.result()).toMatchObject({ status: 'dropped', runs: [{}, {}] });
    });
  });

  it('is dropped by its workflow when the command line drops it, and by the command where it has none', async () => {
    await inLake(async () => {
      const branch = await start('typed');
      expect(await dropByWorkflow(environment.client, 'typed')).toBe(true);
      expect(await branch.result()).toMatchObject({ status: 'dropped' });
      for (const name of ['typed', 'never-made'])
        expect(await dropByWorkflow(environment.client, name)).toBe(false);
    });
  });

  it('does one step at a time: a promotion waits for the run, a second one finds the branch gone', async () => {
    const finish = holdBack(lake, 'refineTables');
    await inLake(async () => {
      const branch = await start('busy', { pipeline: 'nem' });
      await until(branch, ({ busy }) => busy === 'run');
      const updates = [1, 2].map(() => branch.executeUpdate(promoteBranch, { args: [{}] }));
      const answers = Promise.allSettled(updates);
      await pause(500);
      expect(promoted()).toBe(0);
      finish();
      expect((await answers).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await branch.result()).toMatchObject({ status: 'promoted' });
    });
    expect(promoted()).toBe(1);
  });
});

describe('a feature branch that meets a failure', () => {
  it('stays as it is when main has changed the same tables', async () => {
    lake.hasBranchConflict = true;
    await inLake(async () => {
      const branch = await start('conflict', { pipeline: 'nem' });
      await expect(branch.executeUpdate(promoteBranch, { args: [{}] })).rejects.toMatchObject({
        cause: { cause: { type: 'BRANCH_CONFLICT' } },
      });
      const open = await state(branch);
      expect(open).toMatchObject({ status: 'open', busy: null, is_promoted: false });
      expect(open.failure).toMatch(/^promote: BRANCH_CONFLICT: branch conflict: .*nem\.silver/);
      expect(lake.calls).not.toContain('dropFeatureBranch');
      await branch.executeUpdate(dropBranch);
      expect(await branch.result()).toMatchObject({ status: 'dropped', failure: null });
    });
  });

  it('remembers a run that failed, and takes the next one', async () => {
    lake.failGates('silver');
    await inLake(async () => {
      const branch = await start('failing', { pipeline: 'nem' });
      const failed = await until(branch, ({ runs, busy }) => runs.length === 1 && busy === null);
      expect(failed.runs[0]).toMatchObject({
        status: 'failed',
        failure: expect.stringMatching(/^GATE_FAILED: /) as string,
      });
      expect(failed.runs[0]!.run_id).toMatch(/^\d{8}T\d{6}Z$/);
      expect(failed).toMatchObject({
        status: 'open',
        changes: null,
        failure: expect.stringMatching(/^run: GATE_FAILED: /) as string,
      });
      lake.failGates('silver');
      await expect(branch.executeUpdate(runOnBranch, { args: [{}] })).rejects.toMatchObject({
        cause: { cause: { type: 'GATE_FAILED' } },
      });
      expect(await branch.executeUpdate(runOnBranch, { args: [{}] })).toMatchObject({ status: 'merged' });
      expect(await state(branch)).toMatchObject({ failure: null, runs: [{}, {}, {}] });
      await branch.executeUpdate(dropBranch);
    });
  });

  it('leaves no lane that a failed run holds', async () => {
    lake.failGates('silver');
    await inLake(async () => {
      const branch = await start('held', { pipeline: 'nem' });
      await until(branch, ({ failure, busy }) => failure !== null && busy === null);
      const lane = environment.client.workflow.getHandle('lane/nem@held');
      expect(await lane.query(getLaneState)).toMatchObject({ held: { code: 'GATE_FAILED' } });
      await branch.executeUpdate(dropBranch);
      expect((await lane.describe()).status.name).toBe('TERMINATED');
    });
  });

  it('continues on another worker when its own goes away during a run', async () => {
    const finish = holdBack(lake, 'refineTables');
    const branch = await inLake(async () => {
      const started = await start('moved', { pipeline: 'nem' });
      while (!lake.calls.includes('planBatch')) await pause(50);
      return started;
    });
    const ended = endWorkers(environment);
    finish();
    await ended;
    await inLake(async () => {
      await until(branch, ({ changes, busy }) => changes !== null && busy === null);
      await branch.executeUpdate(promoteBranch, { args: [{}] });
      expect(await branch.result()).toMatchObject({ status: 'promoted', runs: [{ status: 'merged' }] });
    });
    expect(lake.calls.filter((name) => name === 'publishRun')).toHaveLength(1);
  });

  it('fails at once when the branch cannot be made, and leaves nothing open', async () => {
    lake.activities.createFeatureBranch = async () => {
      throw ApplicationFailure.nonRetryable('expected a free name', 'NESSIE_REFERENCE_EXISTS');
    };
    await inLake(async () => {
      await expect((await start('taken')).result()).rejects.toMatchObject({
        cause: { cause: { type: 'NESSIE_REFERENCE_EXISTS' } },
      });
    });
  });
});

describe('a feature branch whose time is over', () => {
  it('is dropped, with the commit at which it stood', async () => {
    await inLake(async () => {
      const branch = await start('old', { expireDays: days(2) });
      expect(await branch.result()).toMatchObject({ status: 'expired', dropped_at_hash: 'branch-head' });
    });
    expect(promoted()).toBe(0);
  });

  it('lives on when it is extended', async () => {
    await inLake(async () => {
      const branch = await start('extended', { expireDays: days(3) });
      const { expires_at } = await branch.executeUpdate(extendBranch, { args: [{ days: 2 }] });
      expect(Date.parse(expires_at)).toBeGreaterThan(Date.now() + 1.9 * DAY_MS);
      await pause(4_000);
      expect(await state(branch)).toMatchObject({ status: 'open', expires_at });
      expect(lake.calls).not.toContain('dropFeatureBranch');
      await branch.executeUpdate(extendBranch, { args: [{ days: days(1) }] });
      expect(await branch.result()).toMatchObject({ status: 'expired' });
    });
  });

  it('is not dropped under a run', async () => {
    const finish = holdBack(lake, 'refineTables');
    await inLake(async () => {
      const branch = await start('running', { pipeline: 'nem', expireDays: days(2) });
      await pause(3_500);
      expect(await state(branch)).toMatchObject({ status: 'open', busy: 'run' });
      finish();
      expect(await branch.result()).toMatchObject({ status: 'expired', runs: [{ status: 'merged' }] });
    });
    expect(lake.calls.indexOf('dropFeatureBranch')).toBeGreaterThan(lake.calls.indexOf('publishRun'));
  });

  it('is tried again when it cannot be dropped', async () => {
    lake.activities.dropFeatureBranch = async () => {
      throw ApplicationFailure.nonRetryable('Nessie is away', 'NESSIE_UNAVAILABLE');
    };
    await inLake(async () => {
      const branch = await start('stays', { expireDays: days(1) });
      const now = await until(branch, ({ failure }) => failure !== null);
      expect(now).toMatchObject({ status: 'open', failure: 'drop: NESSIE_UNAVAILABLE: Nessie is away' });
      expect(Date.parse(now.expires_at)).toBeGreaterThan(Date.now() + 3_500_000);
      await branch.terminate();
    });
  });
});

describe('a request that makes no sense', () => {
  it.each([
    [{ branch: 'slot_1' }, 'BRANCH_NAME', 'found slot_1'],
    [{ branch: 'b', expireDays: 0, work: { kind: 'upkeep' } }, 'FEATURE_BRANCH_INPUT', 'expireDays.*; work'],
    [{ branch: 'b', pipeline: 'weather' }, 'UNKNOWN_PIPELINE', 'weather'],
    [{}, 'FEATURE_BRANCH_INPUT', 'branch: expected its name'],
  ])('%j fails with %s', async (input, type, words) => {
    await inLake(async () => {
      const started = environment.client.workflow.start('featureBranch', {
        taskQueue: TASK_QUEUES.control,
        workflowId: `branch/wrong-${type}-${words.length}`,
        args: [input],
      });
      await expect((await started).result()).rejects.toMatchObject({
        cause: { type, message: expect.stringMatching(words) as string },
      });
    });
    expect(lake.calls).toEqual([]);
  });

  it('is rejected while the branch lives on', async () => {
    await inLake(async () => {
      const branch = await start('picky');
      const rejected = (type: string) => ({ cause: { type } });
      await expect(branch.executeUpdate(runOnBranch, { args: [{}] })).rejects.toMatchObject(
        rejected('FEATURE_BRANCH_INPUT'),
      );
      await expect(
        branch.executeUpdate(runOnBranch, { args: [{ pipeline: 'weather' }] }),
      ).rejects.toMatchObject(rejected('UNKNOWN_PIPELINE'));
      await expect(branch.executeUpdate(extendBranch, { args: [{ days: 365 }] })).rejects.toMatchObject(
        rejected('FEATURE_BRANCH_INPUT'),
      );
      expect(await state(branch)).toMatchObject({ status: 'open', runs: [] });
      await branch.executeUpdate(dropBranch);
    });
  });
});
