import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { askLane } from '../../activities/runs/support/askLane';
import type { OffendingFiles } from '../../core/gates/quarantine';
import { TASK_QUEUES } from '../../core/ids';
import type { RefineTablesInput } from '../../core/steps';
import type { LaneState } from '../../core/runs';
import { getLaneState } from '../../workflows/messages';
import { inEnvironment, withWorkers } from './support/environment';
import { nextBranch } from './support/ownLane';
import { fakeLake, type FakeLake } from './support/fakeLake';
import { FAILED_RULE } from '../failedRule';

jest.setTimeout(180_000);

const CLAIM = {
  matching: 3,
  claimed: 2,
  exhausted: 0,
  busy: 0,
  remaining: 1,
  byReason: { x: 3 },
  lettersUri: 's3://x/claim',
};
const SETTLED = {
  isBehind: false,
  repaired: 1,
  failed: 1,
  released: 0,
  failures: [{ id: 'a', attempt: 1, detail: 'd' }],
};
const FOUND: OffendingFiles = {
  branch: 'failed/nem/1',
  rules: [FAILED_RULE],
  files: [{ name: 'a.zip', sha256: 'aa', rules: ['t: missing'] }],
};

describe('what operators decide', () => {
  let environment: TestWorkflowEnvironment;
  inEnvironment((started) => (environment = started));

  /** A lake that holds dead letters, and remembers what it was told about them. */
  function lakeWithLetters(over: { claimed?: number; published?: number; behind?: number } = {}): {
    lake: FakeLake;
    settled: { failure: { code: string } | null; outcomesUri: string | null }[];
    refined: RefineTablesInput[];
  } {
    const lake = fakeLake(environment.client);
    const [settled, refined]: [
      { failure: { code: string } | null; outcomesUri: string | null }[],
      RefineTablesInput[],
    ] = [[], []];
    let behind = over.behind ?? 0;
    const step =
      <Input>(name: string, run: (input: Input) => unknown) =>
      async (input: Input): Promise<unknown> => {
        lake.calls.push(name);
        return run(input);
      };
    const refine = lake.activities['refineTables']!;
    Object.assign(lake.activities, {
      claimDeadLetters: step('claim', () => ({ ...CLAIM, claimed: over.claimed ?? 2 })),
      republishDeadLetters: step('republish', () => ({
        published: over.published ?? 1,
        refused: 1,
        outcomesUri: 's3://x/outcomes',
        marks: [],
      })),
      settleDeadLetters: step('settle', (input: (typeof settled)[number]) => {
        settled.push(input);
        return behind-- > 0 ? { ...SETTLED, isBehind: true } : SETTLED;
      }),
      discardDeadLetters: step('discard', () => ({ discarded: 2, remaining: 0, byReason: { x: 2 } })),
      findOffendingFiles: step('find', () => FOUND),
      refineTables: async (input: never) => {
        refined.push(input);
        return refine(input);
      },
    });
    return { lake, settled, refined };
  }

  const run = <Result>(type: string, input: object): Promise<Result> =>
    environment.client.workflow.execute(type, {
      taskQueue: TASK_QUEUES.control,
      workflowId: `${type}/${nextBranch()}`,
      args: [{ pipeline: 'nem', ...input }],
    });
  const decisions = (calls: string[]): string[] =>
    calls.filter((call) => ['claim', 'republish', 'settle', 'discard', 'find', 'publishRun'].includes(call));

  it('replays: claims, publishes, has the lane refine, and records the outcome', async () => {
    const { lake } = lakeWithLetters();
    const result = await withWorkers(environment, lake.activities, () =>
      run('replayDeadLetters', { branch: nextBranch() }),
    );
    expect(result).toMatchObject({
      status: 'done',
      claimed: 2,
      published: 1,
      repaired: 1,
      failed: 1,
      remaining: 1,
    });
    expect(decisions(lake.calls)).toEqual(['claim', 'republish', 'publishRun', 'settle']);
  });

  it('asks for another run while the lake has not taken all that was published', async () => {
    const { lake } = lakeWithLetters({ behind: 1 });
    await withWorkers(environment, lake.activities, () => run('replayDeadLetters', { branch: nextBranch() }));
    expect(decisions(lake.calls)).toEqual([
      'claim',
      'republish',
      'publishRun',
      'settle',
      'publishRun',
      'settle',
    ]);
  });

  it('troubles the lane only when there is something to refine', async () => {
    const [none, rejected] = [lakeWithLetters({ claimed: 0 }), lakeWithLetters({ published: 0 })];
    expect(
      await withWorkers(environment, none.lake.activities, () => run('replayDeadLetters', { dryRun: true })),
    ).toMatchObject({ status: 'dry_run', claimed: 0 });
    expect(decisions(none.lake.calls)).toEqual(['claim']);
    expect(
      await withWorkers(environment, rejected.lake.activities, () => run('replayDeadLetters', {})),
    ).toMatchObject({ status: 'done', runId: null });
    expect(decisions(rejected.lake.calls)).toEqual(['claim', 'republish', 'settle']);
  });

  it('settles every claim when the run fails its gates or publishing fails, and fails with that', async () => {
    const gate = lakeWithLetters();
    gate.lake.failGates('bronze');
    await expect(
      withWorkers(environment, gate.lake.activities, () =>
        run('replayDeadLetters', { branch: nextBranch() }),
      ),
    ).rejects.toMatchObject({ cause: { cause: { type: 'GATE_FAILED' } } });
    expect(gate.settled).toMatchObject([
      { failure: { code: 'GATE_FAILED' }, outcomesUri: 's3://x/outcomes' },
    ]);
    const broken = lakeWithLetters();
    broken.lake.activities['republishDeadLetters'] = () =>
      Promise.reject(ApplicationFailure.nonRetryable('gone', 'OBJECT_STORE'));
    await expect(
      withWorkers(environment, broken.lake.activities, () => run('replayDeadLetters', {})),
    ).rejects.toThrow();
    expect(broken.settled).toMatchObject([{ failure: { code: 'OBJECT_STORE' }, outcomesUri: null }]);
  });

  it('rejects at once what was typed wrongly', async () => {
    const { lake } = lakeWithLetters();
    await withWorkers(environment, lake.activities, async () => {
      await expect(run('replayDeadLetters', { filter: { reasn: 'x' } })).rejects.toMatchObject({
        cause: { type: 'DEAD_LETTER_FILTER' },
      });
      await expect(run('quarantineRun', { runId: '1' })).rejects.toMatchObject({
        cause: { type: 'DEAD_LETTER_DECISION' },
      });
      await expect(run('discardDeadLetters', { pipeline: 'tides', filter: {} })).rejects.toMatchObject({
        cause: { type: 'UNKNOWN_PIPELINE' },
      });
      expect(
        await run('discardDeadLetters', { filter: { reason: 'x' }, requestedBy: 'ada', reason: 'why' }),
      ).toMatchObject({ status: 'done', discarded: 2 });
    });
    expect(decisions(lake.calls)).toEqual(['discard']);
  });

  it('ingests on while a run holds the lane, and lifts the hold by sending its files to dead letters', async () => {
    const { lake, refined } = lakeWithLetters();
    const branch = nextBranch();
    lake.failGates('bronze');
    await withWorkers(environment, lake.activities, async () => {
      const failed = await askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'live',
        requestedBy: 'test',
      });
      expect(
        await run('ingestInterval', { intervalStart: '2026-01-01T00:00:00Z', refine: false }),
      ).toMatchObject({ files: 1, rows: 9 });
      const held = (): Promise<LaneState> =>
        environment.client.workflow.getHandle(`lane/nem@${branch}`).query(getLaneState);
      expect(await held()).toMatchObject({ held: { runId: failed.runId } });

      expect(await run('quarantineRun', { runId: failed.runId, branch, dryRun: true })).toMatchObject({
        status: 'dry_run',
        refine: null,
        files: [{ name: 'a.zip' }],
      });
      await expect(run('quarantineRun', { runId: 'another', branch, reason: 'x' })).rejects.toMatchObject({
        cause: { cause: { type: 'NOT_HELD' } },
      });
      expect(
        await run('quarantineRun', { runId: failed.runId, branch, reason: 'renamed', requestedBy: 'ada' }),
      ).toMatchObject({ status: 'done', refine: { status: 'merged' } });
      expect((await held()).held).toBeNull();
    });
    expect(refined.at(-1)).toMatchObject({
      quarantine: { checksums: ['aa'], rule: 't: missing', reason: 'renamed (ada)' },
    });
  });

  it('ends by answer after answer: files of a failed one stay out, and so does what arrived since', async () => {
    const { lake, refined } = lakeWithLetters();
    const branch = nextBranch();
    const found = [['aa'], ['bb']];
    lake.activities['findOffendingFiles'] = async () => ({
      ...FOUND,
      files: found.shift()!.map((sha256) => ({ name: `${sha256}.zip`, sha256, rules: ['t: missing'] })),
    });
    const holder = async (): Promise<string> =>
      (await environment.client.workflow.getHandle(`lane/nem@${branch}`).query(getLaneState)).held!.runId;
    const quarantine = async (): Promise<unknown> =>
      run('quarantineRun', { runId: await holder(), branch, reason: 'renamed', requestedBy: 'ada' });
    await withWorkers(environment, lake.activities, async () => {
      lake.failGates('bronze');
      await askLane(environment.client, { pipeline: 'nem', branch, kind: 'live', requestedBy: 'test' });
      lake.failGates('bronze');
      await expect(quarantine()).rejects.toMatchObject({ cause: { cause: { type: 'GATE_FAILED' } } });
      lake.incompleteTimes(1);
      await expect(quarantine()).rejects.toMatchObject({ cause: { cause: { type: 'GATE_FAILED' } } });
      await askLane(environment.client, {
        pipeline: 'nem',
        branch,
        kind: 'operator',
        requestedBy: 'test',
        decides: { runId: await holder(), reason: 'mended' },
      });
    });
    expect(lake.planned.map(({ upTo }) => upTo)).toEqual([undefined, lake.ranges, lake.ranges, undefined]);
    expect(refined.map((input) => input.quarantine?.checksums)).toEqual([
      undefined,
      ['aa'],
      ['aa', 'bb'],
      ['aa', 'bb'],
    ]);
  });
});
