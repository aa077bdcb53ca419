import type { Client } from '@temporalio/client';

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** A step of ingest or refine, seen from outside in a workflow's history. */
export interface Point {
  /** Unique name; the activity's own, with a number where a run does it twice. */
  name: string;
  workflow: 'ingest' | 'range' | 'refine';
  activity: string;
  /** Which scheduling of the activity, from 1. */
  occurrence: number;
  /** How long it takes on a quiet machine: faults are injected at a seeded moment within it. */
  usual_ms: number;
}

/** Every step of an interval's way into the lake, in order. */
export const STEPS: readonly Point[] = [
  point('ingest', 'findSourceFiles', 100),
  point('ingest', 'ingestFile', 700),
  point('range', 'requestTurnResult', 100),
  point('refine', 'leaseSlot', 60),
  point('refine', 'openRun', 50),
  point('refine', 'planBatch', 400),
  point('refine', 'refineTables', 5_500),
  point('refine', 'pointSlot', 50),
  point('refine', 'auditTables', 6_500),
  point('refine', 'buildGold', 11_000),
  { ...point('refine', 'auditTables', 2_200), name: 'auditTables 2', occurrence: 2 },
  point('refine', 'publishRun', 1_200),
  point('refine', 'announceRun', 350),
  point('refine', 'closeRun', 100),
];

function point(workflow: Point['workflow'], activity: string, usual_ms: number): Point {
  return { name: activity, workflow, activity, occurrence: 1, usual_ms };
}

const LOOK_EVERY_MS = 60;

export interface Watched {
  client: Client;
  /** Workflow ids of the trial that are known from the start. */
  ids: { ingest?: string; range?: string; backfill?: string };
  since: Date;
  /** Becomes true when the trial's workflow has ended: a point not seen by then is not waited for. */
  isOver(): boolean;
}

/** Resolves true once the step was scheduled; false when the trial ended before that. */
export async function untilReached(watched: Watched, step: Point): Promise<boolean> {
  for (;;) {
    const isOver = watched.isOver();
    if (await isReached(watched, step).catch(() => false)) return true;
    if (isOver) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function isReached(watched: Watched, step: Point): Promise<boolean> {
  const ids = step.workflow === 'refine' ? await refineRuns(watched) : [watched.ids[step.workflow]!];
  const histories = await Promise.all(ids.map((id) => historyOf(watched.client, id)));
  return histories.some((history) => scheduledTimes(history, step.activity) >= step.occurrence);
}

export function historyOf(client: Client, workflowId: string): Promise<History> {
  return client.workflow.getHandle(workflowId).fetchHistory();
}

function scheduledTimes(history: History, activity: string): number {
  return (history.events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  ).length;
}

/**
 * Ids of the market's refine runs since the trial began; the lane gives them names that only it knows.
 */
export async function refineRuns({ client, since }: Pick<Watched, 'client' | 'since'>): Promise<string[]> {
  const found: string[] = [];
  const query = `WorkflowType = 'refineBatch' and StartTime >= '${since.toISOString()}'`;
  for await (const { workflowId } of client.workflow.list({ query }))
    if (!/^(refine|run)\/(toy|iot)\//.test(workflowId)) found.push(workflowId);
  return found;
}
