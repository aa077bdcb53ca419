import type { PipelineDefinition } from './pipeline';
import { ingestScheduleBaseId, TASK_QUEUES } from './ids';

/** A schedule as code wants it; the reconciler makes the server agree. */
export interface DesiredSchedule {
  scheduleId: string;
  workflowType: string;
  workflowId: string;
  taskQueue: string;
  args: unknown[];
  everyMs: number;
  catchupWindowMs: number;
  summary: string;
}

/**
 * One ingest schedule per pipeline. The nominal time is the START of the interval: the market's file for
 * an interval is published some 15 s after it begins, so a run at its start waits only for that.
 */
export function desiredSchedules(pipelines: PipelineDefinition[]): DesiredSchedule[] {
  return pipelines.map((pipeline) => ({
    scheduleId: `ingest-${pipeline.name}`,
    workflowType: 'ingestInterval',
    workflowId: ingestScheduleBaseId(pipeline.name),
    taskQueue: TASK_QUEUES.control,
    args: [{ pipeline: pipeline.name }],
    everyMs: pipeline.schedule.everyMs,
    catchupWindowMs: pipeline.schedule.catchupWindowMs,
    summary: `${pipeline.name}: ingest and refine every ${pipeline.schedule.everyMs / 60_000} minutes`,
  }));
}
