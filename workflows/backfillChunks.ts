import { condition, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { LandingBatch } from '../core/runs';
import type { ArchiveFile } from '../core/source';
import { failureOf, show, untilResumed, type Backfill, type Span } from './backfillParts';
import { bulk, quick, waiting } from './proxyOptions';

/**
 * While one chunk is refined the next one is landed: the two need different parts of the machine. Stops early
 * when the history is long.
 */
export async function fillChunks(backfill: Backfill): Promise<void> {
  const { settings, plan, progress } = backfill;
  let upcoming = progress.nextChunk() < plan.chunks ? stageChunk(backfill, progress.nextChunk()) : null;
  while (upcoming) {
    const chunk: StagedChunk = await upcoming;
    await untilResumed(progress);
    const index = progress.nextChunk();
    const next = index + 1;
    upcoming =
      next < plan.chunks && !workflowInfo().continueAsNewSuggested ? stageChunk(backfill, next) : null;
    // Awaited only after this chunk's run; a cancellation in between must not look unhandled.
    upcoming?.catch(() => undefined);
    const code = await refineChunk(backfill, chunk);
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
  { settings, progress }: Backfill,
  { from, to, batch, error }: StagedChunk,
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

async function stageChunk(backfill: Backfill, index: number): Promise<StagedChunk> {
  const { settings, plan, progress } = backfill;
  const chunk = await quick.readChunk({ planUri: plan.planUri, index });
  show(progress, `landing archives of ${chunk.from} to ${chunk.to}`);
  try {
    await stageArchives(backfill, chunk.archives);
    const batch = await bulk.assembleBatch({
      pipeline: settings.pipeline,
      archives: chunk.archives,
      name: `${workflowInfo().firstExecutionRunId}/chunk-${index}`,
    });
    return { from: chunk.from, to: chunk.to, batch };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { from: chunk.from, to: chunk.to, batch: null, error };
  }
}

async function stageArchives({ settings, progress }: Backfill, archives: ArchiveFile[]): Promise<void> {
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
