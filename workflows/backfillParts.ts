import {
  condition,
  isCancellation,
  log,
  patched,
  setCurrentDetails,
  TemporalFailure,
} from '@temporalio/workflow';
import type { PlannedBackfill } from '../activities/bulk/planBackfillRange';
import type { BackfillSettings } from '../core/backfill';
import type { BackfillProgress } from './backfillProgress';
import type { ChunkFailure } from './backfillState';
import { rootFailure } from './failures';

/** What the parts of a backfill share. */
export interface Backfill {
  settings: BackfillSettings;
  plan: PlannedBackfill;
  progress: BackfillProgress;
}

export interface Span {
  from: string;
  to: string;
}

/**
 * Waits while paused. Only a pause asks for the patch, so a backfill that was never paused has no marker. An
 * old history that continued although it was paused is replayed as recorded.
 */
export async function untilResumed(progress: BackfillProgress): Promise<void> {
  if (progress.isPaused() && patched('pause-holds-refining')) await condition(() => !progress.isPaused());
}

export function show(progress: BackfillProgress, now: string): void {
  setCurrentDetails(progress.markdown(now));
}

/**
 * Describes an activity or child workflow that failed, timed out or was terminated; the other parts continue.
 *
 * @throws the error itself when it is a cancellation, or a defect of ours.
 */
export function failureOf({ from, to }: Span, error: unknown): ChunkFailure {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
  const root = rootFailure(error);
  const code = root?.type ?? 'RUN_FAILED';
  log.warn('a part of the backfill failed; continuing with the others', { from, code });
  return { from, to, code, message: (root ?? error.cause ?? error).message, runId: runIdOf(root?.details) };
}

function runIdOf(details: unknown[] | null | undefined): string | null {
  const { runId } = (details?.[0] ?? {}) as { runId?: unknown };
  return typeof runId === 'string' ? runId : null;
}
