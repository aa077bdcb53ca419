import type { PlannedBackfill } from '../activities/bulk/planBackfillRange';
import type { StagedCounts } from '../activities/bulk/staging';
import { BACKFILL_LIMITS, totalOf, type BackfillSettings } from '../core/backfill';
import { firstState, stateText, summed, type BackfillState, type ChunkFailure } from './backfillState';

/**
 * Counts what is done and says how much is left. Time comes from the caller, so that a replay counts the
 * same.
 */
export class BackfillProgress {
  private readonly counts: BackfillState;

  constructor(settings: BackfillSettings, earlier?: BackfillState) {
    this.counts = earlier ?? firstState(settings);
  }

  planned(plan: PlannedBackfill): void {
    const { reports, current, chunks, archives, archive_bytes } = plan;
    const { expected, present, sourceGaps, unavailable } = totalOf(reports);
    Object.assign(this.counts, {
      status: 'planned',
      expected_intervals: expected,
      present_intervals: present,
      source_gaps: sourceGaps,
      unavailable,
      current,
      current_done: current === null,
      chunks,
      archives,
      archive_bytes,
    } satisfies Partial<BackfillState>);
  }

  state(): BackfillState {
    return summed(this.counts);
  }

  nextChunk(): number {
    return this.counts.chunks_done;
  }

  isCurrentDone(): boolean {
    return this.counts.current_done;
  }

  currentDone(records: number): void {
    this.counts.current_done = true;
    this.counts.records += records;
  }

  currentFailed(failure: ChunkFailure): void {
    this.counts.failures.push(failure);
  }

  staged({ files, quarantined }: StagedCounts): void {
    this.counts.archives_landed += 1;
    this.counts.files += files;
    this.counts.quarantined += quarantined;
  }

  chunkMerged(merged: { records: number; deadLetters: number; took_ms: number }): void {
    this.counts.records += merged.records;
    this.counts.dead_letters += merged.deadLetters;
    this.counts.refine_ms += merged.took_ms;
    this.counts.chunks_done += 1;
  }

  chunkFailed(failure: ChunkFailure): void {
    this.counts.failures.push(failure);
    this.counts.chunks_done += 1;
  }

  failures(): ChunkFailure[] {
    return this.counts.failures;
  }

  pause(reason: string): void {
    this.counts.paused = reason;
  }

  resume(): void {
    this.counts.paused = null;
  }

  isPaused(): boolean {
    return this.counts.paused !== null;
  }

  setConcurrency(concurrency: number): void {
    this.counts.concurrency = concurrency;
  }

  /** Landing slots beyond the concurrency wait, so that it may change while archives are under way. */
  mayStage(slot: number): boolean {
    return !this.isPaused() && slot < this.counts.concurrency;
  }

  mostAtOnce(): number {
    return BACKFILL_LIMITS.concurrency;
  }

  markdown(now: string): string {
    return stateText(this.state(), now);
  }
}
