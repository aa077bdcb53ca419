import fs from 'node:fs';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities';
import { readConfig, type Config } from '../core/config';
import { BACKFILL_LIMITS } from '../core/backfill';
import { TASK_QUEUES } from '../core/ids';
import { BUNDLE_PATH } from './bundle';
import { connectClient, connectWorker, createLogger, installRuntime } from './connect';
import { createDependencies } from './dependencies';
import { serveMetrics } from './metricsServer';
import { registerAttributes } from './registerAttributes';
import { timingInterceptor } from './timing';

/** Enough for an activity to see its cancellation, end its child process and say so. */
const SHUTDOWN_GRACE = '5 seconds';
const SHUTDOWN_FORCE = '20 seconds';

/**
 * One process that polls all task queues: `control` (workflows and quick calls), `ingest` (the source's files),
 * `compute` (Spark, dbt, gates; few at a time, since each takes both cores) and `bulk` (archives of backfills).
 */
async function run(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config);
  installRuntime(config, logger);
  const connection = await connectWorker(config);
  const { client, connection: clientConnection } = await connectClient(config);
  await registerAttributes(clientConnection, config.TEMPORAL_NAMESPACE);
  const dependencies = await createDependencies(config, client);
  const workers = await createWorkers(config, connection, dependencies);
  let isReady = true;
  const metrics = serveMetrics({
    port: config.ports.workerMetrics, sdkUrl: `http://127.0.0.1:${config.ports.sdkMetrics}/metrics`,
    registry: dependencies.metrics.registry, isReady: () => isReady && workers.every((worker) => worker.getState() === 'RUNNING'),
  });
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    isReady = false;
    metrics.close();
    await dependencies.close();
    await clientConnection.close();
    await connection.close();
  }
}

async function createWorkers(config: Config, connection: NativeConnection, dependencies: Awaited<ReturnType<typeof createDependencies>>): Promise<Worker[]> {
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    activities: createActivities(dependencies),
    interceptors: { activity: [timingInterceptor(dependencies.metrics)] },
    shutdownGraceTime: SHUTDOWN_GRACE,
    shutdownForceTime: SHUTDOWN_FORCE,
    maxHeartbeatThrottleInterval: '5 seconds',
    defaultHeartbeatThrottleInterval: '5 seconds',
  };
  const workflows = fs.existsSync(BUNDLE_PATH) ? { workflowBundle: { codePath: BUNDLE_PATH } } : { workflowsPath: require.resolve('../workflows') };
  return Promise.all([
    Worker.create({ ...shared, ...workflows, taskQueue: TASK_QUEUES.control, maxConcurrentActivityTaskExecutions: 50 }),
    Worker.create({ ...shared, taskQueue: TASK_QUEUES.ingest, maxConcurrentActivityTaskExecutions: 8 }),
    Worker.create({ ...shared, taskQueue: TASK_QUEUES.compute, maxConcurrentActivityTaskExecutions: 4 }),
    Worker.create({ ...shared, taskQueue: TASK_QUEUES.bulk, maxConcurrentActivityTaskExecutions: BACKFILL_LIMITS.concurrency }),
  ]);
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
