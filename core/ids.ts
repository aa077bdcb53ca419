/** Workflow ids, branch names and task queues: one place, so that starters and look-ups agree. */

export const TASK_QUEUES = {
  control: 'control',
  ingest: 'ingest',
  compute: 'compute',
  bulk: 'bulk',
} as const;

export const MAIN_BRANCH = 'main';
export const SLOT_POOL_ID = 'slots';
/** Upkeep of the whole lake. */
export const LAKE_UPKEEP_ID = 'maintain/lake';

/**
 * The id a Schedule gives its runs: `<schedule's workflow id>-<nominal time>`, shared by hand and backfill.
 */
export function ingestWorkflowId(pipeline: string, intervalStart: string): string {
  return `${ingestScheduleBaseId(pipeline)}-${intervalStart}`;
}

export function ingestScheduleBaseId(pipeline: string): string {
  return `ingest/${pipeline}`;
}

/** Runs that write the same tables take turns in one lane; a feature branch has a lane of its own. */
export function laneWorkflowId(pipeline: string, branch: string): string {
  return branch === MAIN_BRANCH ? `lane/${pipeline}` : `lane/${pipeline}@${branch}`;
}

/** The same range is one backfill: a second start while it runs joins it. */
export function backfillWorkflowId(pipeline: string, from: string, to: string): string {
  return `backfill/${pipeline}/${from}/${to}`;
}

/** The backfill that completeness starts: one at a time, for any of its runs. */
export function unattendedBackfillId(pipeline: string): string {
  return `reconcile/${pipeline}/backfill`;
}

/** One workflow for each feature branch: a second start while it runs is rejected. */
export function featureBranchWorkflowId(branch: string): string {
  return `branch/${branch}`;
}

export function refineWorkflowId(pipeline: string, runId: string): string {
  return `refine/${pipeline}/${runId}`;
}

/** A run among those of all pipelines. */
export interface RunIdentity {
  pipeline: string;
  runId: string;
}

/**
 * Identifies a run among several pipelines, such as in the lake's history: two lanes may start runs in the
 * same second.
 */
export function runKey({ pipeline, runId }: RunIdentity): string {
  return `${pipeline}/${runId}`;
}

/** Run ids sort by time and are unique within one lane, which starts at most one run a second. */
export function runIdAt(instant_ms: number): string {
  return new Date(instant_ms)
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d{3}/, '');
}

export function slotName(index: number): string {
  return `slot_${index}`;
}

export function isSlot(branch: string): boolean {
  return /^slot_\d+$/.test(branch);
}

/** Slots and branches of attempts, which runs create and drop; up to 0.1.0 also those of evidence. */
export function isBranchOfRun(branch: string): boolean {
  return isSlot(branch) || /^(work|evidence)\//.test(branch);
}

export function slotNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => slotName(index + 1));
}

/** One branch per Spark attempt, so that a zombie of an old attempt writes to an unused branch. */
export function workBranch(pipeline: string, runId: string, attempt: string): string {
  return `work/${pipeline}/${runId}/${attempt}`;
}

export function failedBranch(pipeline: string, runId: string): string {
  return `failed/${pipeline}/${runId}`;
}

/** Prefix of the branches of a run's attempts. */
export function workBranches(pipeline: string, runId: string): string {
  return workBranch(pipeline, runId, '');
}

/**
 * Trino catalog that shows a branch: `lake` for main, else `branch_` and the name with other signs as `_`.
 */
export function catalogOfBranch(branch: string): string {
  return branch === MAIN_BRANCH ? 'lake' : `branch_${branch.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
}
