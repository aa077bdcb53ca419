import type { PlannedBackfill } from '../activities/bulk/planBackfillRange';
import type { StagedCounts } from '../activities/bulk/staging';
import { BACKFILL_LIMITS, totalOf, type BackfillSettings } from '../core/backfill';

export interface ChunkFailure {
  from: string;
  to: string;
  code: string;
  message: string;
  runId: string | null;
}

/** What a backfill answers when asked, and carries into its next history. Plain JSON. */
export interface BackfillState {
  status: 'planning' | 'nothing_to_do' | 'planned' | 'running' | 'done';
  from: string;
  to: string;
  mode: string;
  target: string;
  expected_intervals: number;
  present_intervals: number;
  source_gaps: number;
  unavailable: number;
  current: { from: string; to: string } | null;
  current_done: boolean;
  chunks: number;
  chunks_done: number;
  archives: number;
  archives_landed: number;
  archive_bytes: number;
  files: number;
  quarantined: number;
  records: number;
  dead_letters: number;
  percent: number;
  records_per_s: number;
  left_s: number | null;
  refine_ms: number;
  concurrency: number;
  /** Why it is paused, or null. */
  paused: string | null;
  failures: ChunkFailure[];
}

/**
 * Counts what is done and says how much is left. Time comes from the caller, so that a replay counts the
 * same.
 */
export class BackfillProgress {
  private readonly counts: BackfillState;

  constructor({ from, to, mode, target, concurrency }: BackfillSettings, earlier?: BackfillState) {
    this.counts = earlier ?? {
      status: 'planning',
      from,
      to,
      mode,
      target,
      expected_intervals: 0,
      present_intervals: 0,
      source_gaps: 0,
      unavailable: 0,
      current: null,
      current_done: false,
      chunks: 0,
      chunks_done: 0,
      archives: 0,
      archives_landed: 0,
      archive_bytes: 0,
      files: 0,
      quarantined: 0,
      records: 0,
      dead_letters: 0,
      percent: 0,
      records_per_s: 0,
      left_s: null,
      refine_ms: 0,
      concurrency,
      paused: null,
      failures: [],
    };
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
    const { status, chunks, chunks_done, current, current_done, records, refine_ms } = this.counts;
    if (status === 'planning') return { ...this.counts };
    const isEmpty = chunks === 0 && current === null;
    const isDone = chunks_done === chunks && current_done;
    const percent =
      isEmpty || isDone ? 100 : Math.min(99, Math.floor((100 * chunks_done) / Math.max(1, chunks)));
    const left_s =
      chunks_done === 0 ? null : Math.round(((refine_ms / chunks_done) * (chunks - chunks_done)) / 1000);
    return {
      ...this.counts,
      percent,
      left_s,
      records_per_s: refine_ms === 0 ? 0 : Math.round((1000 * records) / refine_ms),
      status: isEmpty
        ? 'nothing_to_do'
        : isDone
          ? 'done'
          : chunks_done > 0 || this.counts.archives_landed > 0
            ? 'running'
            : 'planned',
    };
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

  chunkMerged({
    records,
    deadLetters,
    took_ms,
  }: {
    records: number;
    deadLetters: number;
    took_ms: number;
  }): void {
    this.counts.records += records;
    this.counts.dead_letters += deadLetters;
    this.counts.refine_ms += took_ms;
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
    const {
      percent,
      chunks_done,
      chunks,
      archives_landed,
      archives,
      records,
      records_per_s,
      left_s,
      paused,
      failures,
    } = this.state();
    const rate = left_s === null ? '' : `, ${records_per_s} records/s, about ${left_s} s left`;
    return [
      `${paused === null ? '' : `**paused: ${paused}**. `}${percent} %: ${chunks_done} of ` +
        `${chunks} chunks, ${archives_landed} of ${archives} archives, ${records} records${rate}; ` +
        `${now}`,
      ...failures.map(
        ({ from, to, code, runId }) => `- failed: ${from} to ${to}: ${code}${runId ? ` (run ${runId})` : ''}`,
      ),
    ].join('\n\n');
  }
}
