import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { askLane } from '../../../activities/runs/support/askLane';
import type { FeatureBranchInput } from '../../../core/branches/featureBranch';
import { featureBranchWorkflowId, TASK_QUEUES, unattendedBackfillId } from '../../../core/ids';
import { DAY_MS } from '../../../core/interval';
import type { TurnRequest } from '../../../core/lane';
import * as workflows from '../../../workflows';
import { getFeatureBranch, promoteBranch } from '../../../workflows/messages';
import type { FakeLake } from './fakeLake';

export interface World {
  client: Client;
  lake: FakeLake;
}

/** Has a workflow do its work in a world and says the workflow's id. */
export type Scenario = (world: World) => Promise<string>;

/** Every workflow type a worker runs, from the list the worker itself has. */
export const WORKFLOW_TYPES: readonly string[] = Object.keys(workflows).sort();

/**
 * A standard run or more of every workflow, by `<workflow type>` or `<workflow type>: <situation>`, each in a
 * world of its own on one server, in this order. What guards runs under way when a worker is replaced is made
 * of these: fingerprints of the code at hand, and histories of releases.
 */
export const SCENARIOS: Record<string, Scenario> = {
  'refineBatch: merged': (world) => refined(world, { kind: 'operator' }),
  'refineBatch: gate failed': async (world) => `refine/nem/${await hold(world, 'f1')}`,
  'refineBatch: conflict': (world) => {
    world.lake.conflictOnce();
    return refined(world, { kind: 'operator', branch: 'f2' });
  },
  'refineBatch: landing': (world) =>
    refined(world, {
      kind: 'backfill',
      work: { kind: 'landed', batch: { manifestUri: 's3://x', records: 1 } },
    }),
  'refineBatch: gold only': (world) => refined(world, { kind: 'operator', work: { kind: 'gold' } }),
  'maintainTables: rewritten': (world) => refined(world, { kind: 'upkeep', work: { kind: 'upkeep' } }),
  'maintainTables: tidy': (world) => {
    world.lake.isTidy = true;
    return refined(world, { kind: 'upkeep', work: { kind: 'upkeep' } });
  },
  'laneCoordinator: one run': async (world) => {
    await ask(world, { kind: 'live', branch: 'f3' });
    return 'lane/nem@f3';
  },
  'laneCoordinator: held, then decided': async (world) => {
    const runId = await hold(world, 'f4');
    await ask(world, { kind: 'operator', branch: 'f4', decides: { runId, reason: 'mended' } });
    return 'lane/nem@f4';
  },
  maintainLake: (world) => run(world, 'maintainLake', 'fp-maintain'),
  removeUnreferencedFiles: (world) => run(world, 'removeUnreferencedFiles', 'fp-remove'),
  loadMetadata: (world) => run(world, 'loadMetadata', 'fp-metadata-before-0.2'),
  loadReference: (world) => run(world, 'loadReference', 'fp-metadata'),
  ingestInterval: (world) =>
    run(world, 'ingestInterval', 'fp-interval', { intervalStart: '2026-01-01T00:00:00Z', refine: false }),
  ingestRange: (world) =>
    run(world, 'ingestRange', 'fp-range', { from: '2026-01-01T00:10:00Z', to: '2026-01-01T00:15:00Z' }),
  backfillRange: (world) =>
    run(world, 'backfillRange', 'fp-backfill', { from: '2026-01-01', to: '2026-01-02', concurrency: 1 }),
  'reconcileCompleteness: filled': async (world) => {
    const id = await run(world, 'reconcileCompleteness', 'fp-reconcile');
    await world.client.workflow.getHandle(unattendedBackfillId('nem')).result();
    return id;
  },
  'reconcileCompleteness: nothing to fill': (world) => {
    world.lake.isComplete = true;
    return run(world, 'reconcileCompleteness', 'fp-reconcile-none');
  },
  reloadLanding: (world) =>
    run(world, 'reloadLanding', 'fp-reload', { from: '2026-01-01', to: '2026-01-03', target: 'f5' }),
  'replayDeadLetters: repaired': (world) => run(world, 'replayDeadLetters', 'fp-replay', { branch: 'f6' }),
  'replayDeadLetters: run failed': (world) => {
    world.lake.failGates('silver');
    return runThatFails(world, 'replayDeadLetters', 'fp-replay-failed', { branch: 'f7' });
  },
  discardDeadLetters: (world) =>
    run(world, 'discardDeadLetters', 'fp-discard', {
      filter: { reason: 'x' },
      requestedBy: 'ada',
      reason: 'why',
    }),
  quarantineRun: async (world) =>
    run(world, 'quarantineRun', 'fp-quarantine', {
      runId: await hold(world, 'f8'),
      branch: 'f8',
      requestedBy: 'ada',
      reason: 'why',
    }),
  'featureBranch: promoted': async ({ client }) => {
    const branch = await client.workflow.start('featureBranch', featureBranch('f9', { pipeline: 'nem' }));
    while ((await branch.query(getFeatureBranch)).changes === null) await pause(50);
    await branch.executeUpdate(promoteBranch, { args: [{}] });
    await branch.result();
    return branch.workflowId;
  },
  'featureBranch: expired': async ({ client }) => {
    const options = featureBranch('f10', { expireDays: EXPIRE_SOON_DAYS });
    await client.workflow.execute('featureBranch', options);
    return options.workflowId;
  },
  slotPool: () => Promise.resolve('slots'),
};

/** Three seconds: long enough that the branch is made before. */
const EXPIRE_SOON_DAYS = 3_000 / DAY_MS;

function featureBranch(
  branch: string,
  input: Omit<FeatureBranchInput, 'branch'>,
): { taskQueue: string; workflowId: string; args: [FeatureBranchInput] } {
  return {
    taskQueue: TASK_QUEUES.control,
    workflowId: featureBranchWorkflowId(branch),
    args: [{ branch, ...input }],
  };
}

/** The workflow type of a scenario. */
export function typeOf(scenario: string): string {
  return scenario.split(':')[0]!;
}

function ask({ client }: World, request: Partial<TurnRequest>): ReturnType<typeof askLane> {
  return askLane(client, { pipeline: 'nem', requestedBy: 'fingerprint', ...request });
}

async function refined(world: World, request: Partial<TurnRequest>): Promise<string> {
  return `refine/nem/${(await ask(world, request)).runId}`;
}

/** A run whose gate fails, so that it holds the branch's lane. */
async function hold(world: World, branch: string): Promise<string> {
  world.lake.failGates('silver');
  return (await ask(world, { kind: 'live', branch })).runId;
}

async function run({ client }: World, type: string, workflowId: string, input: object = {}): Promise<string> {
  await client.workflow.execute(type, {
    taskQueue: TASK_QUEUES.control,
    workflowId,
    args: [{ pipeline: 'nem', ...input }],
  });
  return workflowId;
}

async function runThatFails(world: World, type: string, workflowId: string, input: object): Promise<string> {
  const isDone = await run(world, type, workflowId, input).then(
    () => true,
    () => false,
  );
  if (isDone) throw new Error(`expected ${workflowId} to fail, found it done`);
  return workflowId;
}
