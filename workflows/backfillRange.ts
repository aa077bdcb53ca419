import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/bulk/planBackfillRange';
import {
  backfillSettings,
  concurrencyProblem,
  type BackfillInput,
  type BackfillSettings,
} from '../core/backfill';
import { BackfillIncompleteError, BackfillInputError } from '../core/errors';
import { Attributes, scheduledStartTime } from '../core/searchAttributes';
import { fillChunks } from './backfillChunks';
import { publishCurrent, refineCurrent } from './backfillCurrent';
import type { Backfill } from './backfillParts';
import { BackfillProgress } from './backfillProgress';
import type { BackfillState } from './backfillState';
import { asFailure, failOnUserErrors } from './failures';
import { getBackfillProgress, pauseBackfill, resumeBackfill, setBackfillConcurrency } from './messages';
import { bulk, quick } from './proxyOptions';

export interface BackfillRun extends BackfillInput {
  /** Set when the run continues as a new one. */
  continued?: { plan: PlannedBackfill; state: BackfillState };
}

/**
 * Fills a range from the source's archives: lands and stages them in parallel, and refines them in bulk
 * chunks that bypass Kafka, each one run through the lane behind live runs. Files that only the newest
 * listing has go through Kafka and wait like live runs while a failed run holds the lane. A part that fails
 * does not stop the others. A second run over the same range finds nothing to do. Continues as new between
 * two chunks when the server suggests it (4,096 events, some 20 chunks).
 */
export async function backfillRange(input: BackfillRun): Promise<BackfillState> {
  const settings = failOnUserErrors(() =>
    backfillSettings(input, workflowInfo().typedSearchAttributes.get(scheduledStartTime)?.toISOString()),
  );
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: settings.pipeline },
    { key: Attributes.runKind, value: 'backfill' },
    { key: Attributes.nessieBranch, value: settings.target },
  ]);
  const progress = new BackfillProgress(settings, input.continued?.state);
  handleMessages(progress);
  const plan = input.continued?.plan ?? (await planRange(settings, progress));
  if (settings.dryRun) return progress.state();
  await fill({ settings, plan, progress });
  await condition(allHandlersFinished);
  if (progress.nextChunk() < plan.chunks)
    await continueAsNew<typeof backfillRange>({
      ...input,
      ...settings,
      continued: { plan, state: progress.state() },
    });
  if (progress.failures().length > 0) throw asFailure(new BackfillIncompleteError(progress.failures()));
  return progress.state();
}

async function planRange(settings: BackfillSettings, progress: BackfillProgress): Promise<PlannedBackfill> {
  await quick.prepareSource({ pipeline: settings.pipeline });
  // Names what this run leaves in S3; the same over continued runs and retries.
  const plan = await bulk.planBackfillRange({ settings, name: workflowInfo().firstExecutionRunId });
  progress.planned(plan);
  return plan;
}

function handleMessages(progress: BackfillProgress): void {
  setHandler(getBackfillProgress, () => progress.state());
  setHandler(pauseBackfill, ({ reason }) => progress.pause(reason), {
    validator: ({ reason }) =>
      rejectIf(reason?.trim() ? null : 'reason: expected why it is paused, found nothing'),
  });
  setHandler(resumeBackfill, () => progress.resume(), {
    validator: () =>
      rejectIf(
        progress.state().paused === null ? 'state: expected a paused backfill, found one that runs' : null,
      ),
  });
  setHandler(setBackfillConcurrency, ({ concurrency }) => progress.setConcurrency(concurrency), {
    validator: ({ concurrency }) => rejectIf(concurrencyProblem(concurrency)),
  });
}

function rejectIf(problem: string | null): void {
  if (problem !== null) throw asFailure(new BackfillInputError([problem]));
}

/** Archives are landed while the newest files wait for their run, which a held lane may keep for days. */
async function fill(backfill: Backfill): Promise<void> {
  const { plan, progress } = backfill;
  const current = progress.isCurrentDone() ? null : plan.current;
  if (current) await publishCurrent(backfill, current);
  const refined = current ? refineCurrent(backfill, current) : Promise.resolve();
  // Awaited only after the chunks; a cancellation in between must not look unhandled.
  refined.catch(() => undefined);
  await fillChunks(backfill);
  await refined;
}

/** It outlives releases, so it moves to a new worker version at its next step; replay tests guard that. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, backfillRange);
