import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { TASK_QUEUES } from '../../core/ids';
import { buildIdOf, Deployment, deploymentOptions, type Takeover } from '../../workers/deployment';
import { goOn, seen, takeTwoSteps, takeTwoStepsAnywhere } from './fixtures/versioned';
import { startEnvironment } from './support/environment';

/**
 * Every wait is for a condition, and this only ends what hangs. The server's own word that its task queues
 * have heard of a version, `routingConfigUpdateState`, stayed at "in progress" for 4 minutes under load: runs
 * that are begun to see where they go are the condition.
 */
const WAITS_MS = 240_000;
/** Begun at once, since a task queue has several partitions. */
const PROBES = 3;
const LOOKS_MAX = 30;
jest.setTimeout(3 * WAITS_MS);
let environment: TestWorkflowEnvironment;
let bundle: WorkflowBundleWithSourceMap;
let deployment: Deployment;
/**
 * A test cannot wait 90 s for a worker to count as gone, so that one that waits for work has to ask again
 * more often than once a minute.
 */
const GONE_AFTER_MS = 4_000;
const POLL_LASTS_S = 1;

beforeAll(async () => {
  environment = await startEnvironment({ pollLasts_s: POLL_LASTS_S });
  bundle = await bundleWorkflowCode({ workflowsPath: require.resolve('./fixtures/versioned') });
  deployment = new Deployment(environment.connection, environment.client.options.namespace, GONE_AFTER_MS);
});
afterAll(async () => {
  await environment.teardown();
});

interface Running {
  buildId: string;
  stop(): Promise<void>;
}

const started: Running[] = [];
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop();
});

async function startWorker(buildId: string, nameVersion = () => Promise.resolve(buildId)): Promise<Running> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    namespace: environment.client.options.namespace,
    taskQueue: TASK_QUEUES.control,
    workflowBundle: bundle,
    activities: { nameVersion },
    workerDeploymentOptions: deploymentOptions(buildId),
  });
  const run = worker.run();
  let isStopped = false;
  const running = {
    buildId,
    stop: async () => {
      if (!isStopped) worker.shutdown();
      isStopped = true;
      await run;
    },
  };
  started.push(running);
  return running;
}

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline_ms = Date.now() + WAITS_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline_ms) throw new Error(`waited ${WAITS_MS / 1_000} s for: ${what}`);
    await pause(100);
  }
}

/**
 * Repeats until Temporal knows the version, as the worker does. Where new runs are to go to it, waits until
 * they do: one begun before may still go to the old one.
 */
async function takeOver(buildId: string): Promise<Takeover> {
  const taken = await until(`${buildId} to be known`, () => deployment.takeOver(buildId));
  if (taken.from !== null)
    await until(`new runs to go to ${buildId}`, async () => {
      const found = await Promise.all(Array.from({ length: PROBES }, versionOfNewRun));
      return found.every((version) => version === buildId) ? true : undefined;
    });
  return taken;
}

/** Undefined where no worker takes the run: it went to a version that is gone. */
async function versionOfNewRun(): Promise<string | undefined> {
  const handle = await environment.client.workflow.start(takeTwoSteps, {
    taskQueue: TASK_QUEUES.control,
    workflowId: `probe-${randomUUID()}`,
  });
  try {
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const { raw } = await handle.describe();
      const version = raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
      if (version) return version;
      await pause(100);
    }
    return undefined;
  } finally {
    await handle.terminate();
  }
}

async function begin(type: typeof takeTwoSteps): Promise<WorkflowHandle<typeof takeTwoSteps>> {
  const handle = await environment.client.workflow.start(type, {
    taskQueue: TASK_QUEUES.control,
    workflowId: `${type.name}-${Date.now()}-${Math.random()}`,
  });
  await until('its first step', async () => ((await handle.query(seen)).length > 0 ? true : undefined));
  return handle;
}

async function finish(handle: WorkflowHandle<typeof takeTwoSteps>): Promise<string[]> {
  await handle.signal(goOn);
  return handle.result();
}

describe('a new worker version', () => {
  test('gets the new runs while the old one ends its own, and takes over what is to outlive it', async () => {
    await startWorker('a1');
    expect(await takeOver('a1')).toEqual({ from: '', moved: [] });
    const [pinned, floating] = [await begin(takeTwoSteps), await begin(takeTwoStepsAnywhere)];
    await startWorker('a2');
    expect(await takeOver('a2')).toMatchObject({ from: 'a1' });
    const later = await begin(takeTwoSteps);
    expect(await Promise.all([finish(pinned), finish(later)])).toEqual([
      ['a1', 'a1'],
      ['a2', 'a2'],
    ]);
    expect(await finish(floating)).toEqual(['a1', 'a2']);
  });

  test('takes the runs of one whose worker is gone, so that none waits without a limit', async () => {
    const first = await startWorker('b1');
    await takeOver('b1');
    const orphan = await begin(takeTwoSteps);
    await first.stop();
    await startWorker('b2');
    await takeOver('b2');
    await until('the run to be moved', async () =>
      (await takeOver('b2')).moved.includes(orphan.workflowId) ? true : undefined,
    );
    expect(await finish(orphan)).toEqual(['b1', 'b2']);
  });

  test('does the activities too that were under way on the one that is gone', async () => {
    const first = await startWorker('d1', () => Promise.reject(new Error('its disk is full')));
    await takeOver('d1');
    const stuck = await environment.client.workflow.start(takeTwoSteps, {
      taskQueue: TASK_QUEUES.control,
      workflowId: 'stuck',
    });
    await until('a second attempt', async () =>
      (await stuck.describe()).raw.pendingActivities?.some(({ attempt }) => attempt! > 1) ? true : undefined,
    );
    await first.stop();
    await startWorker('d2');
    await until('the run to be moved', async () =>
      (await takeOver('d2')).moved.includes('stuck') ? true : undefined,
    );
    expect(await finish(stuck)).toEqual(['d2', 'd2']);
  });

  test('takes nothing from a living newer one when it is an old one that is started again', async () => {
    const old = await startWorker('c1');
    await takeOver('c1');
    await old.stop();
    const newer = await startWorker('c2');
    await takeOver('c2');
    await startWorker('c1');
    for (const until_ms = Date.now() + 1.5 * GONE_AFTER_MS; Date.now() < until_ms; await pause(500)) {
      expect(await takeOver('c1')).toEqual({ from: null, moved: [] });
    }
    await newer.stop();
    expect(
      await until('the newer one to count as gone', async () => (await takeOver('c1')).from ?? undefined),
    ).toBe('c2');
    expect(await finish(await begin(takeTwoSteps))).toEqual(['c1', 'c1']);
  });
});

describe('a build id', () => {
  test('changes with the workflow code and the release, and with nothing else', () => {
    expect(buildIdOf('0.2.0', 'code')).toMatch(/^0\.2\.0-[0-9a-f]{12}$/);
    expect(
      new Set([
        buildIdOf('0.2.0', 'code'),
        buildIdOf('0.2.0', 'code'),
        buildIdOf('0.2.1', 'code'),
        buildIdOf('0.2.0', 'other'),
      ]).size,
    ).toBe(3);
  });
});
