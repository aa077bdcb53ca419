import type { DeadLetterFilter } from './filter';

/** Event of a dead letter; `released` ends a claim whose run failed for another reason. */
export type DeadLetterAction = 'claimed' | 'released' | 'repaired' | 'failed' | 'discarded';

/** One row of `dead_letter_events`; the latest decides the dead letter's status. */
export interface DeadLetterEvent {
  letter_id: string;
  action: DeadLetterAction;
  attempt: number;
  detail: string | null;
}

/** Attempts after which a dead letter stays `failed`. */
export const DEFAULT_MAX_ATTEMPTS = 3;
export const DEFAULT_DEAD_LETTER_LIMIT = 1_000;
/** One statement writes the events of all dead letters of a decision. */
export const MOST_DEAD_LETTERS_AT_ONCE = 2_000;

/** A dead letter as a replay needs it. */
export interface ClaimedDeadLetter {
  id: string;
  attempt: number;
  stage: string;
  reason: string;
  /** Data topic. */
  topic: string;
  source_file: string | null;
  source_sha256: string | null;
  source_line: number | null;
  payload: string | null;
  headers: Record<string, string>;
  /** Bronze has the record already. */
  isPresent: boolean;
}

/**
 * Outcome of one claimed dead letter before the lake is queried. `rows` are those of a file read again; a
 * `tooLarge` file is not read: a backfill brings its rows, and a replay then finds them.
 */
export interface ReplayOutcome {
  id: string;
  attempt: number;
  outcome: 'present' | 'published' | 'refused' | 'tooLarge';
  detail: string | null;
  topics: string[];
  sha256: string | null;
  line: number | null;
  rows: number;
}

export interface ReplayInput {
  pipeline: string;
  /** Which dead letters (default: all that are new or failed). */
  filter?: DeadLetterFilter;
  /** Branch whose dead letters are replayed and whose lane refines them (default main). */
  branch?: string;
  /** Report what would be replayed and change nothing (default false). */
  dryRun?: boolean;
  /** Attempts after which dead letters stay failed (default 3). */
  maxAttempts?: number;
  /** Most dead letters of one replay (default 1,000, at most 2,000). */
  limit?: number;
  requestedBy?: string;
  reason?: string;
}

export interface ReplayResult {
  status: 'done' | 'nothing_to_do' | 'dry_run';
  /** Dead letters that match the filter, in any state. */
  matching: number;
  claimed: number;
  /** Tried too often. */
  exhausted: number;
  /** Claimed by another replay that is still running. */
  busy: number;
  /** Could be claimed, but are beyond the limit. */
  remaining: number;
  /** Claimable dead letters by reason. */
  byReason: Record<string, number>;
  published: number;
  repaired: number;
  failed: number;
  /** Up to twenty failed ones, with the reason. */
  failures: { id: string; attempt: number; detail: string }[];
  /** The lane's run that took the records, if one was needed. */
  runId: string | null;
}

export interface DiscardInput {
  pipeline: string;
  filter: DeadLetterFilter;
  branch?: string;
  limit?: number;
  dryRun?: boolean;
  requestedBy: string;
  reason: string;
}

export interface DiscardResult {
  status: 'done' | 'nothing_to_do' | 'dry_run';
  discarded: number;
  /** Could be discarded, but are beyond the limit. */
  remaining: number;
  byReason: Record<string, number>;
}
