import type { BackfillSettings } from '../core/backfill';

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

/** Nothing planned and nothing counted yet. */
export function firstState({ from, to, mode, target, concurrency }: BackfillSettings): BackfillState {
  return { status: 'planning', from, to, mode, target, ...NOTHING, concurrency, paused: null, failures: [] };
}

const NOTHING = {
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
};

/** The counts with what follows from them: status, percent, rate and time left. */
export function summed(counts: BackfillState): BackfillState {
  const { status, chunks, chunks_done, records, refine_ms } = counts;
  if (status === 'planning') return { ...counts };
  const left_ms = (refine_ms / chunks_done) * (chunks - chunks_done);
  return {
    ...counts,
    status: statusOf(counts),
    percent: percentOf(counts),
    records_per_s: refine_ms === 0 ? 0 : Math.round((1000 * records) / refine_ms),
    left_s: chunks_done === 0 ? null : Math.round(left_ms / 1000),
  };
}

function isEmpty({ chunks, current }: BackfillState): boolean {
  return chunks === 0 && current === null;
}

function isDone({ chunks, chunks_done, current_done }: BackfillState): boolean {
  return chunks_done === chunks && current_done;
}

function statusOf(counts: BackfillState): BackfillState['status'] {
  if (isEmpty(counts)) return 'nothing_to_do';
  if (isDone(counts)) return 'done';
  return counts.chunks_done > 0 || counts.archives_landed > 0 ? 'running' : 'planned';
}

/** Never 100 before the end: the newest files may still wait for their run. */
function percentOf(counts: BackfillState): number {
  if (isEmpty(counts) || isDone(counts)) return 100;
  return Math.min(99, Math.floor((100 * counts.chunks_done) / Math.max(1, counts.chunks)));
}

/** For the Temporal UI: one line with the counts and what happens now, then a line for each failure. */
export function stateText(state: BackfillState, now: string): string {
  const { percent, chunks_done, chunks, archives_landed, archives, records, paused, failures } = state;
  const { records_per_s, left_s } = state;
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
