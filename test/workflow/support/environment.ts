import fs from 'node:fs';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { TASK_QUEUES } from '../../../core/ids';
import { Attributes } from '../../../core/searchAttributes';
import { repositoryRoot } from '../../../core/repositoryRoot';
import { Deployment, deploymentOptions } from '../../../workers/deployment';

export interface ServerOptions {
  /** When the server calls a history long. */
  longAfter_events?: number;
  /** How long a worker's request for work waits before it is made anew; a minute unless told. */
  pollLasts_s?: number;
}

/** A real Temporal dev server for one test file, from the installed stack. */
export async function startEnvironment({ longAfter_events, pollLasts_s }: ServerOptions = {}): Promise<TestWorkflowEnvironment> {
  const executable = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'temporal');
  if (!fs.existsSync(executable)) throw new Error(`expected the Temporal CLI at ${executable}, found none: run make setup`);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const settings = [
    ...(longAfter_events === undefined ? [] : [`limit.historyCount.suggestContinueAsNew=${longAfter_events}`]),
    ...(pollLasts_s === undefined ? [] : [`matching.longPollExpirationInterval="${pollLasts_s}s"`]),
  ];
  const extraArgs = settings.flatMap((setting) => ['--dynamic-config-value', setting]);
  return TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: executable }, searchAttributes: Object.values(Attributes), extraArgs } });
}

let bundled: Promise<WorkflowBundleWithSourceMap> | undefined;

/** Bundled once per test process: it takes several seconds. */
function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundled ??= bundleWorkflowCode({ workflowsPath: path.join(repositoryRoot(), 'workflows', 'index.ts') });
  return bundled;
}

const BUILD_ID = 'test';

/** Workflows name their versioning, which Temporal takes from versioned workers only; and those get runs once they are the current ones. */
async function untilCurrent({ connection, client }: TestWorkflowEnvironment): Promise<void> {
  const deployment = new Deployment(connection, client.options.namespace);
  while ((await deployment.takeOver(BUILD_ID)) === undefined) await new Promise((resolve) => setTimeout(resolve, 50));
}

type FakeActivities = Record<string, (input: never) => Promise<unknown>>;

/** Runs a test against workers on every task queue, with hand-written activities. */
export async function withWorkers<T>(environment: TestWorkflowEnvironment, activities: FakeActivities, test: () => Promise<T>): Promise<T> {
  const shared = { connection: environment.nativeConnection, workflowBundle: await workflowBundle(), activities, workerDeploymentOptions: deploymentOptions(BUILD_ID) };
  const workers = await Promise.all(Object.values(TASK_QUEUES).map((taskQueue) => Worker.create({ ...shared, taskQueue })));
  const running = workers.map((worker) => worker.run());
  try {
    await untilCurrent(environment);
    return await test();
  } finally {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  }
}
