import fs from 'node:fs';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUES } from '../../../core/ids';
import { Attributes } from '../../../core/searchAttributes';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { Deployment, deploymentOptions } from '../../../workers/deployment';
import { bundlePath } from './bundlePath';

export interface ServerOptions {
  /** When the server calls a history long. */
  longAfter_events?: number;
  /** Timeout of a worker's long poll; a minute by default. */
  pollLasts_s?: number;
}

/** A real Temporal dev server for one test file, from the installed stack. */
export async function startEnvironment({
  longAfter_events,
  pollLasts_s,
}: ServerOptions = {}): Promise<TestWorkflowEnvironment> {
  const executable = path.join(repositoryRoot(), '.stack', 'venv', 'bin', 'temporal');
  if (!fs.existsSync(executable))
    throw new Error(`expected the Temporal CLI at ${executable}, found none: run make setup`);
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const settings = [
    ...(longAfter_events === undefined
      ? []
      : [`limit.historyCount.suggestContinueAsNew=${longAfter_events}`]),
    ...(pollLasts_s === undefined ? [] : [`matching.longPollExpirationInterval="${pollLasts_s}s"`]),
  ];
  const extraArgs = settings.flatMap((setting) => ['--dynamic-config-value', setting]);
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: executable },
      searchAttributes: Object.values(Attributes),
      extraArgs,
    },
  });
}

/** Starts a server before the tests of a block, hands it over, and ends it after them. */
export function inEnvironment(
  take: (environment: TestWorkflowEnvironment) => void,
  options?: ServerOptions,
): void {
  let environment: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    environment = await startEnvironment(options);
    take(environment);
  });
  afterAll(() => endEnvironment(environment));
}

const BUILD_ID = 'test';

/**
 * Workflows name their versioning, which Temporal takes from versioned workers only; and those get runs once
 * they are the current ones.
 */
async function untilCurrent({ connection, client }: TestWorkflowEnvironment): Promise<void> {
  const deployment = new Deployment(connection, client.options.namespace);
  while ((await deployment.takeOver(BUILD_ID)) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

type FakeActivities = Record<string, (input: never) => Promise<unknown>>;

/** The workers of one server, and whose activities they do now. */
interface Crew {
  activities: FakeActivities;
  names: string[];
  end(): Promise<void>;
}

/** One for each server: starting workers and ending them takes 2 s, longer than most tests. */
const crews = new WeakMap<TestWorkflowEnvironment, Promise<Crew>>();

/**
 * Runs a test against workers on every task queue, with hand-written activities. They live until
 * `endEnvironment`.
 */
export async function withWorkers<T>(
  environment: TestWorkflowEnvironment,
  activities: FakeActivities,
  test: () => Promise<T>,
): Promise<T> {
  const known = crews.get(environment) ?? startCrew(environment, activities);
  crews.set(environment, known);
  const crew = await known;
  const unknown = Object.keys(activities).filter((name) => !crew.names.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `expected only activities that the first test of this file had, found ${unknown.join(', ')}`,
    );
  crew.activities = activities;
  return test();
}

async function startCrew(environment: TestWorkflowEnvironment, activities: FakeActivities): Promise<Crew> {
  const crew: Crew = { activities, names: Object.keys(activities), end: async () => undefined };
  const current = Object.fromEntries(
    crew.names.map((name) => [name, (input: never) => crew.activities[name]!(input)]),
  );
  const shared = {
    connection: environment.nativeConnection,
    activities: current,
    workerDeploymentOptions: deploymentOptions(BUILD_ID),
  };
  const workers = await Promise.all(
    Object.values(TASK_QUEUES).map((taskQueue) =>
      Worker.create({ ...shared, ...workflowsOf(taskQueue), taskQueue }),
    ),
  );
  const running = workers.map((worker) => worker.run());
  crew.end = async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
  };
  await untilCurrent(environment);
  return crew;
}

/** As in workers/main.ts: each worker with workflows starts a thread that loads all of their code. */
function workflowsOf(taskQueue: string): Pick<WorkerOptions, 'workflowBundle'> {
  return taskQueue === TASK_QUEUES.control ? { workflowBundle: { codePath: bundlePath() } } : {};
}

/** Ends the workers, as a shutdown does; the next `withWorkers` starts others. */
export async function endWorkers(environment: TestWorkflowEnvironment): Promise<void> {
  await (await crews.get(environment))?.end();
  crews.delete(environment);
}

/** Ends the workers and the server. */
export async function endEnvironment(environment: TestWorkflowEnvironment | undefined): Promise<void> {
  if (environment === undefined) return;
  await endWorkers(environment);
  await environment.teardown();
}
