import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { PlannedBackfill } from '../../../activities/bulk/planBackfillRange';
import { type BackfillInput } from '../../../core/backfill';
import type { BackfillState } from '../../../workflows/backfillState';
import { getBackfillProgress } from '../../../workflows/messages';
import { fakeLake, type FakeLake } from './fakeLake';

const PLAN: PlannedBackfill = {
  planUri: 's3://x/plan.json',
  chunks: 3,
  archives: 6,
  archive_bytes: 600,
  current: null,
  reports: { DISPATCHSCADA: { expected: 2016, present: 0, sourceGaps: 0, unavailable: 0 } },
};

/** A lake with a source that has three chunks of two archives each. */
export function bulkLake(
  environment: TestWorkflowEnvironment,
  plan: Partial<PlannedBackfill> = {},
): FakeLake & { staged: string[]; atOnce: number } {
  const lake = Object.assign(fakeLake(environment.client), { staged: [] as string[], atOnce: 0 });
  let running = 0;
  Object.assign(lake.activities, {
    planBackfillRange: async () => ({ ...PLAN, ...plan }),
    readChunk: async ({ index }: { index: number }) => ({
      from: `day ${index}`,
      to: `day ${index + 1}`,
      archives: [{ name: `a${index}` }, { name: `b${index}` }],
    }),
    stageArchive: async ({ archive }: { archive: { name: string } }) => {
      running += 1;
      lake.atOnce = Math.max(lake.atOnce, running);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      lake.staged.push(archive.name);
      return { files: 288, quarantined: 1, records: 1000, isNew: true };
    },
    assembleBatch: async ({ name }: { name: string }) => ({ manifestUri: `s3://x/${name}`, records: 2000 }),
  });
  return lake;
}

/** Has an activity wait until it is let go. */
export function holdBack(lake: FakeLake, name: string): () => void {
  const activity = lake.activities[name]!;
  let letGo: () => void = () => undefined;
  const mayRun = new Promise<void>((resolve) => (letGo = resolve));
  lake.activities[name] = async (input: never) => {
    await mayRun;
    return activity(input);
  };
  return letGo;
}

/** Starts backfills of three weeks in the environment that `environmentOf` gives. */
export function starterOf(environmentOf: () => TestWorkflowEnvironment) {
  return (id: string, input: Partial<BackfillInput> = {}): Promise<WorkflowHandle> =>
    environmentOf().client.workflow.start('backfillRange', {
      taskQueue: 'control',
      workflowId: id,
      args: [{ pipeline: 'nem', from: '2026-01-01', to: '2026-01-22', order: 'oldest', ...input }],
    });
}

export const progress = (handle: WorkflowHandle): Promise<BackfillState> => handle.query(getBackfillProgress);

/** Looks again until there is an answer. */
export async function until(look: () => Promise<true | undefined>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The state once two looks in a row agree. */
export async function settled<T>(look: () => Promise<T>): Promise<T> {
  for (let last = JSON.stringify(await look()); ;) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    const now = await look();
    if (JSON.stringify(now) === last) return now;
    last = JSON.stringify(now);
  }
}
