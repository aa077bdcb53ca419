import {
  allHandlersFinished, condition, continueAsNew, executeChild, isCancellation, log, ParentClosePolicy, patched,
  setCurrentDetails, setHandler, setWorkflowOptions, upsertSearchAttributes, workflowInfo,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/bulk/backfill';
import { backfillSettings, concurrencyProblem, type BackfillChunk, type BackfillInput, type BackfillSettings } from '../core/backfill';
import { BackfillIncompleteError, BackfillInputError } from '../core/errors';
import type { LandingBatch } from '../core/runs';
import { Attributes, scheduledStartTime } from '../core/searchAttributes';
import type { ArchiveFile } from '../core/source';
import { BackfillProgress, type BackfillState } from './backfillProgress';
import { asFailure, failOnUserErrors, rootFailure } from './failures';
import { ingestRange } from './ingestRange';
import { getBackfillProgress, pauseBackfill, resumeBackfill, setBackfillConcurrency } from './messages';
import { bulk, quick, waiting } from './proxyOptions';

export interface BackfillRun extends BackfillInput {
  /** Set when the run continues as a new one. */
  continued?: { plan: PlannedBackfill; state: BackfillState };
}

/**
 * Fills a range from the source's archives: lands and stages them in parallel, and refines them in bulk chunks that
 * bypass Kafka, each one run through the lane behind live runs. What only the newest listing has goes the
 * live way. A chunk that fails does not stop the others. Run again over the same range it finds nothing to do.
 * Goes on in a new history between two chunks when the server finds this one long (4,096 events, some 20 chunks).
 */
export async function backfillRange(input: BackfillRun): Promise<BackfillState> {
  const settings = failOnUserErrors(() => backfillSettings(input, workflowInfo().typedSearchAttributes.get(scheduledStartTime)?.toISOString()));
  upsertSearchAttributes([{ key: Attributes.pipeline, value: settings.pipeline }, { key: Attributes.runKind, value: 'backfill' }, { key: Attributes.nessieBranch, value: settings.target }]);
  const progress = new BackfillProgress(settings, input.continued?.state);
  handleMessages(progress);
  const plan = input.continued?.plan ?? await planRange(settings, progress);
  if (settings.dryRun) return progress.state();
  if (plan.current && !progress.isCurrentDone()) await ingestCurrent(settings, plan.current, progress);
  await fillChunks(settings, plan, progress);
  await condition(allHandlersFinished);
  if (progress.nextChunk() < plan.chunks) await continueAsNew<typeof backfillRange>({ ...input, ...settings, continued: { plan, state: progress.state() } });
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
  setHandler(pauseBackfill, ({ reason }) => progress.pause(reason), { validator: ({ reason }) => refuse(reason?.trim() ? null : 'reason: expected why it is paused, found nothing') });
  setHandler(resumeBackfill, () => progress.resume(), { validator: () => refuse(progress.state().paused === null ? 'state: expected a paused backfill, found one that runs' : null) });
  setHandler(setBackfillConcurrency, ({ concurrency }) => progress.setConcurrency(concurrency), { validator: ({ concurrency }) => refuse(concurrencyProblem(concurrency)) });
}

function refuse(problem: string | null): void {
  if (problem !== null) throw asFailure(new BackfillInputError([problem]));
}

/**
 * Waits while paused. Only a pause asks for the patch, so that a backfill that was never paused has no marker of it; one that
 * went on in spite of a pause, as before, is replayed as it went.
 */
async function untilResumed(progress: BackfillProgress): Promise<void> {
  if (progress.isPaused() && patched('pause-holds-refining')) await condition(() => !progress.isPaused());
}

/** The newest days go file by file through Kafka, in one refine run, as they would have gone live. */
async function ingestCurrent(settings: BackfillSettings, { from, to }: { from: string; to: string }, progress: BackfillProgress): Promise<void> {
  await untilResumed(progress);
  const { refine } = await executeChild(ingestRange, {
    workflowId: `${workflowInfo().workflowId}/current`, args: [{ pipeline: settings.pipeline, from, to, branch: settings.target }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL, staticSummary: `${settings.pipeline}: newest files from ${from}`,
  });
  progress.currentDone(refine.records);
}

/** While one chunk is refined the next one is landed: the two need different parts of the machine. Stops early when the history is long. */
async function fillChunks(settings: BackfillSettings, plan: PlannedBackfill, progress: BackfillProgress): Promise<void> {
  let upcoming = progress.nextChunk() < plan.chunks ? stageChunk(settings, plan, progress.nextChunk(), progress) : null;
  while (upcoming) {
    const chunk: StagedChunk = await upcoming;
    await untilResumed(progress);
    const index = progress.nextChunk();
    const next = index + 1;
    upcoming = next < plan.chunks && !workflowInfo().continueAsNewSuggested ? stageChunk(settings, plan, next, progress) : null;
    // Awaited only after this chunk's run; a cancellation in between must not look unhandled.
    upcoming?.catch(() => undefined);
    const code = await refineChunk(settings, chunk, progress);
    // Not for an operator's chunk: of its days one is bad, and unattended runs shall fill the others.
    if (code === 'GATE_FAILED' && settings.leaveBlocked) await quick.blockChunk({ pipeline: settings.pipeline, planUri: plan.planUri, index });
  }
}

interface StagedChunk extends Pick<BackfillChunk, 'from' | 'to'> {
  batch: LandingBatch | null;
  /** Why it could not be landed. */
  error?: unknown;
}

/** @returns the code of what kept the chunk from being merged, or null. */
async function refineChunk(settings: BackfillSettings, { from, to, batch, error }: StagedChunk, progress: BackfillProgress): Promise<string | null> {
  try {
    if (!batch) throw error;
    show(progress, `refining ${batch.records} records of ${from} to ${to}`);
    const started_ms = Date.now();
    const result = await waiting.requestTurnResult({
      pipeline: settings.pipeline, branch: settings.target, kind: 'backfill', landing: batch, requestedBy: workflowInfo().workflowId,
    });
    progress.chunkMerged({ records: result.records, deadLetters: result.deadLetters, took_ms: Date.now() - started_ms });
    show(progress, `chunk of ${from} done`);
    return null;
  } catch (failed) {
    const failure = rootFailure(failed);
    if (!failure) throw failed;
    const code = failure.type ?? 'RUN_FAILED';
    log.warn('chunk failed; going on with the others', { from, code });
    progress.chunkFailed({ from, to, code, message: failure.message, runId: runIdOf(failure.details) });
    show(progress, `chunk of ${from} failed`);
    return code;
  }
}

async function stageChunk(settings: BackfillSettings, plan: PlannedBackfill, index: number, progress: BackfillProgress): Promise<StagedChunk> {
  const chunk = await quick.readChunk({ planUri: plan.planUri, index });
  show(progress, `landing archives of ${chunk.from} to ${chunk.to}`);
  try {
    await stageArchives(settings, chunk.archives, progress);
    const batch = await bulk.assembleBatch({ pipeline: settings.pipeline, archives: chunk.archives, name: `${bulkName()}/chunk-${index}` });
    return { from: chunk.from, to: chunk.to, batch };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { from: chunk.from, to: chunk.to, batch: null, error };
  }
}

async function stageArchives(settings: BackfillSettings, archives: ArchiveFile[], progress: BackfillProgress): Promise<void> {
  let next = 0;
  const worker = async (slot: number): Promise<void> => {
    for (;;) {
      await condition(() => progress.mayStage(slot) || next >= archives.length);
      const archive = archives[next++];
      if (!archive) return;
      progress.staged(await bulk.stageArchive({ pipeline: settings.pipeline, archive, fresh: settings.mode === 'failed' }));
      show(progress, `landed ${archive.name}`);
    }
  };
  await Promise.all(Array.from({ length: progress.mostAtOnce() }, (_, slot) => worker(slot)));
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
