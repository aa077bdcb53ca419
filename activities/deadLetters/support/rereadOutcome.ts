import type { TopicBatch } from '../../../clients/kafka/kafka';
import type { ClaimedDeadLetter, ReplayOutcome } from '../../../core/deadLetters/deadLetters';
import { REPLAY_ATTEMPT, REPLAY_OF } from '../../../core/deadLetters/deadLettersSql';
import { CurrentsError } from '../../../core/errors';

/** A dead letter with the outcome of reading it again, and the records to publish. */
export interface Reread {
  outcome: ReplayOutcome;
  batches: TopicBatch[];
}

export interface Replay {
  pipeline: string;
  requestedBy: string;
}

export function outcomeOf(
  { id, attempt, source_sha256, source_line }: ClaimedDeadLetter,
  outcome: ReplayOutcome['outcome'],
  detail: string | null,
): ReplayOutcome {
  return { id, attempt, outcome, detail, topics: [], sha256: source_sha256, line: source_line, rows: 0 };
}

/** `refused` is the word of outcomes that are stored, from before they said "rejected". */
export function rejected(deadLetter: ClaimedDeadLetter, detail: string): Reread {
  return { outcome: outcomeOf(deadLetter, 'refused', detail), batches: [] };
}

export function withoutLanded(deadLetter: ClaimedDeadLetter): Reread {
  const { source_file: file, source_sha256: sha256 } = deadLetter;
  return rejected(deadLetter, `no landed file ${file ?? ''} with checksum ${sha256 ?? 'unknown'}`);
}

/** Untrusted bytes are an outcome; an unavailable system is not. */
export function dataMessage(error: unknown): string {
  if (error instanceof CurrentsError && error.kind === 'data')
    return `still rejected: ${String(error.details.reason ?? error.code)}: ${error.message}`;
  throw error;
}

/** Identifies a record that is rejected again as the same dead letter, and names its sender. */
export function replayHeaders(
  { requestedBy }: Replay,
  { id, attempt }: ClaimedDeadLetter,
): Record<string, string> {
  return {
    [REPLAY_OF]: id,
    [REPLAY_ATTEMPT]: String(attempt),
    'currents.replayed-by': requestedBy,
  };
}
