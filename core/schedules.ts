import { DAY_MS } from './interval';
import type { FilesIntake, PipelineDefinition, TopicsIntake } from './pipeline';
import { ingestScheduleBaseId, LAKE_UPKEEP_ID, TASK_QUEUES } from './ids';

/** A schedule as declared in code; the reconciler updates the server. */
export interface DesiredSchedule {
  scheduleId: string;
  workflowType: string;
  workflowId: string;
  taskQueue: string;
  args: unknown[];
  everyMs: number;
  /** From the epoch's grid of `everyMs`, in UTC. */
  offsetMs: number;
  catchupWindowMs: number;
  /** What to do when a run is due while the one before it runs. */
  overlap: 'BUFFER_ONE' | 'BUFFER_ALL' | 'SKIP';
  /** Stays paused: it exists for `temporal schedule backfill` and for triggering by hand. */
  onDemand: boolean;
  summary: string;
}

const MINUTE_MS = 60_000;
const RECONCILE_EVERY_MS = 15 * MINUTE_MS;
/** 17:20 UTC. */
const MAINTAIN_AT_MS = (17 * 60 + 20) * MINUTE_MS;
/** Rewriting the tables of one pipeline took up to two minutes (116 s measured). */
const MAINTAIN_APART_MS = 5 * MINUTE_MS;
const MAINTAIN_WITHIN_MS = 60 * MINUTE_MS;
/** 18:40 UTC, when the rewriting of all pipelines has begun and mostly ended. */
const REMOVE_AT_MS = (18 * 60 + 40) * MINUTE_MS;

export function desiredSchedules(pipelines: PipelineDefinition[]): DesiredSchedule[] {
  const ofPipelines = pipelines.flatMap((pipeline, index) => [
    ...intakeOf(pipeline),
    maintain(pipeline, index),
  ]);
  return [...ofPipelines, removeUnreferenced()];
}

function intakeOf(pipeline: PipelineDefinition): DesiredSchedule[] {
  const { name, intake } = pipeline;
  if (intake.kind === 'topics') return [refine(name, intake)];
  const filled = pipeline.completeness.length > 0 ? [reconcile(pipeline), backfillDay(pipeline)] : [];
  return [ingest(name, intake), ...filled];
}

/** Asks the lane for a run over Kafka's records; the next is not needed while one waits or runs. */
function refine(name: string, { refineEvery_ms }: TopicsIntake): DesiredSchedule {
  return {
    scheduleId: `refine-${name}`,
    workflowType: 'refineBatch',
    workflowId: `refine/${name}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: name, kind: 'live' }],
    everyMs: refineEvery_ms,
    offsetMs: 0,
    catchupWindowMs: refineEvery_ms,
    overlap: 'SKIP',
    onDemand: false,
    summary: `${name}: refine what Kafka holds every ${refineEvery_ms / 1000} seconds`,
  };
}

/**
 * The nominal time is the START of the interval: the market's file for an interval is published some 15 s
 * after it begins, so a run at its start waits only for that. BUFFER_ONE: a slow run delays its successor
 * instead of dropping it; completeness finds intervals that the catch-up window drops.
 */
function ingest(name: string, { every_ms, catchUp_ms }: FilesIntake): DesiredSchedule {
  return {
    scheduleId: `ingest-${name}`,
    workflowType: 'ingestInterval',
    workflowId: ingestScheduleBaseId(name),
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: name }],
    everyMs: every_ms,
    offsetMs: 0,
    catchupWindowMs: catchUp_ms,
    overlap: 'BUFFER_ONE',
    onDemand: false,
    summary: `${name}: ingest and refine every ${every_ms / MINUTE_MS} minutes`,
  };
}

/** One missed run is executed after an outage: that one catches up. */
function reconcile({ name }: PipelineDefinition): DesiredSchedule {
  return {
    scheduleId: `reconcile-${name}`,
    workflowType: 'reconcileCompleteness',
    workflowId: `reconcile/${name}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: name }],
    everyMs: RECONCILE_EVERY_MS,
    offsetMs: 0,
    catchupWindowMs: RECONCILE_EVERY_MS,
    overlap: 'SKIP',
    onDemand: false,
    summary: `${name}: compare what is on main with what should be, and fill what lacks`,
  };
}

/**
 * Once a day, in the night of a source ten hours ahead, each pipeline in a minute of its own. The worker's
 * configuration decides what is removed. Unreferenced files of the whole lake have a separate schedule.
 */
function maintain({ name }: PipelineDefinition, index: number): DesiredSchedule {
  return {
    scheduleId: `maintain-${name}`,
    workflowType: 'maintainLake',
    workflowId: `maintain/${name}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: name, wholeLake: false }],
    everyMs: DAY_MS,
    offsetMs: MAINTAIN_AT_MS + ((index * MAINTAIN_APART_MS) % MAINTAIN_WITHIN_MS),
    catchupWindowMs: DAY_MS / 2,
    overlap: 'SKIP',
    onDemand: false,
    summary: `${name}: rewrite small files, report what is past its time`,
  };
}

/** Once a day for the whole lake, for any number of pipelines. */
function removeUnreferenced(): DesiredSchedule {
  return {
    scheduleId: 'maintain-lake',
    workflowType: 'removeUnreferencedFiles',
    workflowId: LAKE_UPKEEP_ID,
    taskQueue: TASK_QUEUES.control,
    args: [{}],
    everyMs: DAY_MS,
    offsetMs: REMOVE_AT_MS,
    catchupWindowMs: DAY_MS / 2,
    overlap: 'SKIP',
    onDemand: false,
    summary: 'the lake: report files and branches that nothing refers to',
  };
}

/**
 * One day of the source's own calendar a run, by the nominal time: `temporal schedule backfill` then fills a
 * range day by day.
 */
function backfillDay({ name, time }: PipelineDefinition): DesiredSchedule {
  return {
    scheduleId: `backfill-${name}`,
    workflowType: 'backfillRange',
    workflowId: `backfill/${name}`,
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: name }],
    everyMs: DAY_MS,
    offsetMs: (((DAY_MS - time.utcOffset_ms) % DAY_MS) + DAY_MS) % DAY_MS,
    catchupWindowMs: MINUTE_MS,
    overlap: 'BUFFER_ALL',
    onDemand: true,
    summary: `${name}: one day from the archives, for temporal schedule backfill`,
  };
}
