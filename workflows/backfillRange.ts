import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  log,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  TemporalFailure,
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
import type { LandingBatch } from '../core/runs';
import { Attributes, scheduledStartTime } from '../core/searchAttributes';
import type { ArchiveFile } from '../core/source';
import { BackfillProgress, type BackfillState, type ChunkFailure } from './backfillProgress';
import { asFailure, failOnUserErrors, rootFailure } from './failures';
import { ingestRange } from './ingestRange';
import { getBackfillProgress, pauseBackfill, resumeBackfill, setBackfillConcurrency } from './messages';
import { bulk, quick, waiting } from './proxyOptions';

export interface BackfillRun extends BackfillInput {
  /** Set when the run continues as a new one. */
  continued?: { plan: PlannedBackfill; state: BackfillState };
}

interface Span {
  from: string;
  to: string;
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
  await fill(settings, plan, progress);
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
  const plan = await bulk.planBackfillRange({ settings, name: bulkName() });
  progress.planned(plan);
  return plan;
}

/** Names what this run leaves in S3; the same over continued runs and retries. */
function bulkName(): string {
  return workflowInfo().firstExecutionRunId;
}

function handleMessages(progress: BackfillProgress): void {
  setHandler(getBackfillProgress, () => progress.state());
  setHandler(pauseBackfill, ({ reason }) => progress.pause(reason), {
    validator: ({ reason }) =>
      refuse(reason?.trim() ? null : 'reason: expected why it is paused, found nothing'),
  });
  setHandler(resumeBackfill, () => progress.resume(), {
    validator: () =>
      refuse(
        progress.state().paused === null ? 'state: expected a paused backfill, found one that runs' : null,
      ),
  });
  setHandler(setBackfillConcurrency, ({ concurrency }) => progress.setConcurrency(concurrency), {
    validator: ({ concurrency }) => refuse(concurrencyProblem(concurrency)),
  });
}

function refuse(problem: string | null): void {
  if (problem !== null) throw asFailure(new BackfillInputError([problem]));
}

/**
 * Waits while paused. Only a pause asks for the patch, so a backfill that was never paused has no marker. An
 * old history that continued in spite of a pause is replayed as recorded.
 */
async function untilResumed(progress: BackfillProgress): Promise<void> {
  if (progress.isPaused() && patched('pause-holds-refining')) await condition(() => !progress.isPaused());
}

/** Archives are landed while the newest files wait for their run, which a held lane may keep for days. */
async function fill(
  settings: BackfillSettings,
  plan: PlannedBackfill,
  progress: BackfillProgress,
): Promise<void> {
  const current = progress.isCurrentDone() ? null : plan.current;
  if (current) await publishCurrent(settings, current, progress);
  const refined = current ? refineCurrent(settings, current, progress) : Promise.resolve();
  // Awaited only after the chunks; a cancellation in between must not look unhandled.
  refined.catch(() => undefined);
  await fillChunks(settings, plan, progress);
  await refined;
}

/** The newest files go one by one into Kafka, before the source takes them off its listing. */
async function publishCurrent(
  settings: BackfillSettings,
  { from, to }: Span,
  progress: BackfillProgress,
): Promise<void> {
  await untilResumed(progress);
  try {
    const { refine } = await executeChild(ingestRange, {
      workflowId: `${workflowInfo().workflowId}/current`,
      args: [
        { pipeline: settings.pipeline, from, to, branch: settings.target, verify: false, refine: false },
      ],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${settings.pipeline}: newest files from ${from}`,
    });
    // A child started by an older release has refined by itself.
    if (refine) progress.currentDone(refine.records);
  } catch (failed) {
    progress.currentFailed(failureOf({ from, to }, failed));
  }
}

/**
 * A live run, because a held lane keeps it waiting: an operator run would retry the held batch without a
 * decision. Requested even if a file failed, since the others are in Kafka. A cancelled backfill does not
 * wait for it: the turn is shared and stays queued.
 */
async function refineCurrent(
  settings: BackfillSettings,
  span: Span,
  progress: BackfillProgress,
): Promise<void> {
  if (progress.isCurrentDone()) return;
  show(progress, 'newest files are in Kafka and wait for their run');
  const request = {
    pipeline: settings.pipeline,
    branch: settings.target,
    kind: 'live' as const,
    requestedBy: workflowInfo().workflowId,
  };
  try {
    const { records } = await Promise.race([
      waiting.requestTurnResult(request),
      CancellationScope.current().cancelRequested,
    ]);
    progress.currentDone(records);
  } catch (failed) {
    progress.currentFailed(failureOf(span, failed));
    progress.currentDone(0);
  }
}

/**
 * While one chunk is refined the next one is landed: the two need different parts of the machine. Stops early
 * when the history is long.
 */
async function fillChunks(
  settings: BackfillSettings,
  plan: PlannedBackfill,
  progress: BackfillProgress,
): Promise<void> {
  let upcoming =
    progress.nextChunk() < plan.chunks ? stageChunk(settings, plan, progress.nextChunk(), progress) : null;
  while (upcoming) {
    const chunk: StagedChunk = await upcoming;
    await untilResumed(progress);
    const index = progress.nextChunk();
    const next = index + 1;
    upcoming =
      next < plan.chunks && !workflowInfo().continueAsNewSuggested
        ? stageChunk(settings, plan, next, progress)
        : null;
    // Awaited only after this chunk's run; a cancellation in between must not look unhandled.
    upcoming?.catch(() => undefined);
    const code = await refineChunk(settings, chunk, progress);
    // Not for an operator's chunk: one of its days is bad, and unattended runs fill the others.
    if (code === 'GATE_FAILED' && settings.leaveBlocked)
      await quick.blockChunk({ pipeline: settings.pipeline, planUri: plan.planUri, index });
  }
}

interface StagedChunk extends Span {
  batch: LandingBatch | null;
  /** Why it could not be landed. */
  error?: unknown;
}

/** @returns the code of what kept the chunk from being merged, or null. */
async function refineChunk(
  settings: BackfillSettings,
  { from, to, batch, error }: StagedChunk,
  progress: BackfillProgress,
): Promise<string | null> {
  try {
    if (!batch) throw error;
    show(progress, `refining ${batch.records} records of ${from} to ${to}`);
    const started_ms = Date.now();
    const result = await waiting.requestTurnResult({
      pipeline: settings.pipeline,
      branch: settings.target,
      kind: 'backfill',
      work: { kind: 'landed', batch },
      ...(settings.override ? { override: settings.override } : {}),
      requestedBy: workflowInfo().workflowId,
    });
    progress.chunkMerged({
      records: result.records,
      deadLetters: result.deadLetters,
      took_ms: Date.now() - started_ms,
    });
    show(progress, `chunk of ${from} done`);
    return null;
  } catch (failed) {
    const failure = failureOf({ from, to }, failed);
    progress.chunkFailed(failure);
    show(progress, `chunk of ${from} failed`);
    return failure.code;
  }
}

async function stageChunk(
  settings: BackfillSettings,
  plan: PlannedBackfill,
  index: number,
  progress: BackfillProgress,
): Promise<StagedChunk> {
  const chunk = await quick.readChunk({ planUri: plan.planUri, index });
  show(progress, `landing archives of ${chunk.from} to ${chunk.to}`);
  try {
    await stageArchives(settings, chunk.archives, progress);
    const batch = await bulk.assembleBatch({
      pipeline: settings.pipeline,
      archives: chunk.archives,
      name: `${bulkName()}/chunk-${index}`,
    });
    return { from: chunk.from, to: chunk.to, batch };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { from: chunk.from, to: chunk.to, batch: null, error };
  }
}

async function stageArchives(
  settings: BackfillSettings,
  archives: ArchiveFile[],
  progress: BackfillProgress,
): Promise<void> {
  let next = 0;
  const worker = async (slot: number): Promise<void> => {
    for (;;) {
      await condition(() => progress.mayStage(slot) || next >= archives.length);
      const archive = archives[next++];
      if (!archive) return;
      progress.staged(
        await bulk.stageArchive({ pipeline: settings.pipeline, archive, fresh: settings.mode === 'failed' }),
      );
      show(progress, `landed ${archive.name}`);
    }
  };
  await Promise.all(Array.from({ length: progress.mostAtOnce() }, (_, slot) => worker(slot)));
}

/**
 * Describes an activity or child workflow that failed, timed out or was terminated; the other parts continue.
 *
 * @throws the error itself when it is a cancellation, or a defect of ours.
 */
function failureOf({ from, to }: Span, error: unknown): ChunkFailure {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
  const root = rootFailure(error);
  const code = root?.type ?? 'RUN_FAILED';
  log.warn('a part of the backfill failed; going on with the others', { from, code });
  return { from, to, code, message: (root ?? error.cause ?? error).message, runId: runIdOf(root?.details) };
}

function runIdOf(details: unknown[] | null | undefined): string | null {
  const { runId } = (details?.[0] ?? {}) as { runId?: unknown };
  return typeof runId === 'string' ? runId : null;
}

function show(progress: BackfillProgress, now: string): void {
  setCurrentDetails(progress.markdown(now));
}

/** It outlives releases, so it moves to a new worker version at its next step; replay tests guard that. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, backfillRange);
