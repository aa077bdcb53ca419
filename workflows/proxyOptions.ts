import { ActivityCancellationType, proxyActivities, type ActivityOptions } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { TASK_QUEUES } from '../core/ids';

/**
 * Every activity option of the project. The cancellation type is explicit in each: the SDK's default
 * returns to the workflow before the activity has stopped, so a branch could be deleted under a job
 * that still writes to it.
 */
const always: Pick<ActivityOptions, 'cancellationType' | 'heartbeatTimeout'> = {
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  heartbeatTimeout: '30 seconds',
};

/** Catalog, lane and slot calls: answered in well under a second, or the service is restarting. */
export const quick = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds', maximumAttempts: 30 },
});

/**
 * Reads the lake through Trino and merges a small table: seconds, or a minute while a run keeps both cores.
 */
export const deciding = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds', maximumAttempts: 10 },
});

/**
 * Waits for another workflow's run, however long it takes: after two hours the next attempt continues the
 * wait.
 */
export const waiting = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.control,
  startToCloseTimeout: '2 hours',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Asks the source until it has published: the next interval asks for its own after five minutes. */
export const polling = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.ingest,
  startToCloseTimeout: '2 minutes',
  scheduleToCloseTimeout: '4 minutes',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 1.2, maximumInterval: '20 seconds' },
});

/** One file from the source: politeness alone may take a minute (30 s after a 403, several tries). */
export const download = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.ingest,
  startToCloseTimeout: '10 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 8 },
});

/**
 * Archives of a backfill: minutes of download and parsing each, on a queue of their own so that live files
 * never wait.
 */
export const bulk = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.bulk,
  startToCloseTimeout: '30 minutes',
  retry: { initialInterval: '2 seconds', maximumInterval: '2 minutes', maximumAttempts: 10 },
});

/**
 * Spark, dbt and gates: minutes of work that a second attempt repeats from the base hash. It survives an
 * outage of five minutes. The limit holds an hour of work and ten minutes of waiting for jobs of other
 * pipelines. A longer wait costs an attempt. It may not be unlimited: all attempts must stay below
 * LONGEST_RUN_HOURS, because upkeep removes the files of older runs.
 */
export const heavy = proxyActivities<Activities>({
  ...always,
  taskQueue: TASK_QUEUES.compute,
  startToCloseTimeout: '70 minutes',
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute', maximumAttempts: 10 },
});
