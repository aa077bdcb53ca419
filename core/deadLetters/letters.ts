import type { LetterFilter } from './filter';

/**
 * What is known of a dead letter: `new` until somebody acts, `claimed` by a replay under way, `failed` when a
 * replay did not bring its record into the lake, `repaired` when it did, `discarded` by an operator.
 */
export const LETTER_STATUSES = ['new', 'claimed', 'failed', 'repaired', 'discarded'] as const;
export type LetterStatus = (typeof LETTER_STATUSES)[number];

/**
 * What happened to a letter; `released` gives back a claim that came to nothing through no fault of the
 * letter.
 */
export type LetterAction = 'claimed' | 'released' | 'repaired' | 'failed' | 'discarded';

/** One row of `dead_letter_events`; the latest decides the letter's status. */
export interface LetterEvent {
  letter_id: string;
  action: LetterAction;
  attempt: number;
  detail: string | null;
}

/** Attempts after which a letter stays `failed`. */
export const DEFAULT_MAX_ATTEMPTS = 3;
export const DEFAULT_LETTER_LIMIT = 1_000;
/** One statement writes the events of all letters of a decision. */
export const MOST_LETTERS_AT_ONCE = 2_000;

/** A letter as a replay needs it. */
export interface ClaimedLetter {
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
 * What became of one claimed letter before the lake was asked. `rows` are those of a file read again; one
 * that is `tooLarge` was not: a backfill brings its rows, and a replay then finds them.
 */
export interface LetterOutcome {
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
  /** Which letters (default: all that are new or failed). */
  filter?: LetterFilter;
  /** Branch whose letters are replayed and whose lane refines them (default main). */
  branch?: string;
  /** Say what would be replayed and change nothing (default false). */
  dryRun?: boolean;
  /** Letters that have been tried so often stay failed (default 3). */
  maxAttempts?: number;
  /** Most letters of one replay (default 1,000, at most 2,000). */
  limit?: number;
  requestedBy?: string;
  reason?: string;
}

export interface ReplayResult {
  status: 'done' | 'nothing_to_do' | 'dry_run';
  /** Letters that fit the filter, in whatever state. */
  matching: number;
  claimed: number;
  /** Tried too often. */
  exhausted: number;
  /** Claimed by another replay that is still running. */
  busy: number;
  /** Could be claimed, but are beyond the limit. */
  remaining: number;
  /** Claimable letters by reason. */
  byReason: Record<string, number>;
  published: number;
  repaired: number;
  failed: number;
  /** Up to twenty of the failed, with why. */
  failures: { id: string; attempt: number; detail: string }[];
  /** The lane's run that took the records, if one was needed. */
  runId: string | null;
}

export interface DiscardInput {
  pipeline: string;
  filter: LetterFilter;
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
