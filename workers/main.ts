import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities';
import { followProxies } from '../clients/http/followProxies';
import { readConfig, type Config } from '../settings/config';
import { BACKFILL_LIMITS } from '../core/backfill';
import { TASK_QUEUES } from '../core/ids';
import { homeFolder } from '../settings/homeFolder';
import { repositoryRoot } from '../settings/repositoryRoot';
import { pipelines } from '../pipelines/registry';
import { bundle, BUNDLE_PATH, withPipelines } from './bundle';
import { connectWorker, createLogger, installRuntime } from './connect';
import { connectClient } from './connectClient';
import { createDependencies } from './dependencies';
import { buildIdOf, Deployment, deploymentOptions } from './deployment';
import { serveDocs } from './docsServer';
import { serveMetrics } from './metricsServer';
import { registerAttributes } from './registerAttributes';
import { timingInterceptor } from './timing';

/** Enough for an activity to see its cancellation, end its child process and report it. */
const SHUTDOWN_GRACE = '5 seconds';
const SHUTDOWN_FORCE = '20 seconds';
/**
 * Frequent at first and after a failure, since new runs wait for it; that takes nothing from a living
 * version.
 */
const TAKE_OVER_RETRY_MS = 500;
/** Finds versions without workers; passes more than 45 s apart would never find one. */
const TAKE_OVER_EVERY_MS = 15_000;

/**
 * One process that polls all task queues: `control` (workflows and quick calls), `ingest` (the source's
 * files), `compute` (Spark, dbt, gates; few at a time, since each takes both cores) and `bulk` (archives of
 * backfills).
 */
async function run(): Promise<void> {
  await followProxies();
  const config = readConfig();
  const logger = createLogger(config);
  installRuntime(config, logger);
  const connection = await connectWorker(config);
  const { client, connection: clientConnection } = await connectClient(config);
  await registerAttributes(clientConnection, config.TEMPORAL_NAMESPACE);
  const dependencies = await createDependencies(config, client, logger);
  const built = fs.existsSync(BUNDLE_PATH) ? fs.readFileSync(BUNDLE_PATH, 'utf8') : await bundle();
  const code = withPipelines(built, pipelines());
  const buildId = buildIdOf(release(), code);
  const workers = await createWorkers(config, connection, dependencies, { code, buildId });
  const deployment = new Deployment(clientConnection, config.TEMPORAL_NAMESPACE);
  try {
    await serve(config, logger, workers, { deployment, buildId, registry: dependencies.metrics.registry });
  } finally {
    await dependencies.close();
    await clientConnection.close();
    await connection.close();
  }
}

/** Runs the workers to their end; meanwhile it serves metrics and takes over runs of dead versions. */
async function serve(
  config: Config,
  logger: Logger,
  workers: Worker[],
  { deployment, buildId, registry }: { deployment: Deployment; buildId: string; registry: Registry },
): Promise<void> {
  const ending = new AbortController();
  let takesWork = false;
  const metrics = serveMetrics({
    port: config.ports.workerMetrics,
    sdkUrl: `http://127.0.0.1:${config.ports.sdkMetrics}/metrics`,
    registry,
    isReady: () => takesWork && workers.every((worker) => worker.getState() === 'RUNNING'),
  });
  const docs = serveDocs({ port: config.ports.dbtDocs, folder: homeFolder.dbtDocs(config.home) });
  const takingOver = keepTakingOver(deployment, buildId, logger, ending.signal, () => {
    takesWork = true;
  });
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    takesWork = false;
    ending.abort();
    await takingOver;
    metrics.close();
    docs.close();
  }
}

/** Runs until the worker ends. A failed pass is logged and repeated: runs wait meanwhile, none is lost. */
async function keepTakingOver(
  deployment: Deployment,
  buildId: string,
  logger: Logger,
  signal: AbortSignal,
  known: () => void,
): Promise<void> {
  while (!signal.aborted) {
    const outcome = await deployment
      .takeOver(buildId)
      .catch((error: unknown) => void logger.warn({ error, buildId }, 'could not check worker versions'));
    if (outcome) known();
    if (outcome?.from != null)
      logger.info({ buildId, from: outcome.from }, 'new runs go to this worker version');
    if (outcome?.moved.length)
      logger.info(
        { buildId, moved: outcome.moved },
        'moved here the runs of versions whose workers are gone',
      );
    await pause(outcome ? TAKE_OVER_EVERY_MS : TAKE_OVER_RETRY_MS, undefined, { signal }).catch(
      () => undefined,
    );
  }
}

function release(): string {
  return (
    JSON.parse(fs.readFileSync(path.join(repositoryRoot(), 'package.json'), 'utf8')) as { version: string }
  ).version;
}

async function createWorkers(
  config: Config,
  connection: NativeConnection,
  dependencies: Awaited<ReturnType<typeof createDependencies>>,
  { code, buildId }: { code: string; buildId: string },
): Promise<Worker[]> {
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    workerDeploymentOptions: deploymentOptions(buildId),
    activities: createActivities(dependencies),
    interceptors: { activity: [timingInterceptor(dependencies.metrics)] },
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    maxHeartbeatThrottleInterval: '5 seconds',
    defaultHeartbeatThrottleInterval: '5 seconds',
  };
  return Promise.all([
    Worker.create({
      ...shared,
      workflowBundle: { code },
      taskQueue: TASK_QUEUES.control,
      maxConcurrentActivityTaskExecutions: 50,
    }),
    Worker.create({ ...shared, taskQueue: TASK_QUEUES.ingest, maxConcurrentActivityTaskExecutions: 8 }),
    Worker.create({ ...shared, taskQueue: TASK_QUEUES.compute, maxConcurrentActivityTaskExecutions: 4 }),
    Worker.create({
      ...shared,
      taskQueue: TASK_QUEUES.bulk,
      maxConcurrentActivityTaskExecutions: BACKFILL_LIMITS.concurrency,
    }),
  ]);
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
