import { condition, isCancellation, setCurrentDetails, TemporalFailure } from '@temporalio/workflow';
import type { TableReport } from '../activities/branches/support/branchReport';
import type { CreatedFeatureBranch } from '../activities/branches/createFeatureBranch';
import { FeatureBranchOverError } from '../core/branches/errors';
import { isoSeconds } from '../core/interval';
import { asFailure, rootFailure } from './failures';
import {
  firstState,
  summaryOf,
  type BranchRun,
  type BranchStatus,
  type BranchStep,
  type FeatureBranchState,
} from './featureBranchState';

const RUNS_REMEMBERED = 10;

/**
 * What is known of a branch, and who may change it: one step at a time. A step requested during another one
 * waits for it.
 */
export class FeatureBranchLife {
  private readonly known: FeatureBranchState;

  constructor(
    branch: string,
    private expire_ms: number,
  ) {
    this.known = firstState(branch, isoSeconds(expire_ms));
  }

  get branch(): string {
    return this.known.branch;
  }

  get expires_ms(): number {
    return this.expire_ms;
  }

  state(): FeatureBranchState {
    return { ...this.known, summary: summaryOf(this.known) };
  }

  isOver(): boolean {
    return ['promoted', 'dropped', 'expired'].includes(this.known.status);
  }

  /** @throws FeatureBranchOverError once the branch is promoted, dropped or expired */
  requireOpen(): void {
    if (this.isOver()) throw asFailure(new FeatureBranchOverError(this.branch, this.known.status));
  }

  /** Until no step is in progress. */
  async free(): Promise<void> {
    await condition(() => this.known.busy === null);
  }

  /** Does one step alone. A failure is remembered until a later step succeeds, and thrown. */
  async step<T>(name: BranchStep, work: () => Promise<T>): Promise<T> {
    // Nothing is awaited between the look and the claim, also when several steps wake at once.
    while (this.known.busy !== null) await condition(() => this.known.busy === null);
    this.requireOpen();
    this.show({ busy: name });
    try {
      const result = await work();
      this.show({ failure: null });
      return result;
    } catch (error) {
      this.show({ failure: `${name}: ${failureText(error)}` });
      throw error;
    } finally {
      this.show({ busy: null });
    }
  }

  created({ hash, catalog }: CreatedFeatureBranch): void {
    this.show({ status: 'open', made_at_hash: hash, catalog });
  }

  ran(run: BranchRun): void {
    this.show({ runs: [run, ...this.known.runs].slice(0, RUNS_REMEMBERED) });
  }

  compared(changes: TableReport[]): void {
    this.show({ changes });
  }

  promoted(mergeHash: string | null): void {
    this.show({ is_promoted: true, merge_hash: mergeHash ?? this.known.merge_hash });
  }

  ended(status: Extract<BranchStatus, 'promoted' | 'dropped' | 'expired'>, hash: string | null): void {
    this.show({ status, dropped_at_hash: hash });
  }

  expireAt(instant_ms: number): string {
    this.expire_ms = instant_ms;
    this.show({ expires_at: isoSeconds(instant_ms) });
    return this.known.expires_at;
  }

  private show(change: Partial<FeatureBranchState>): void {
    Object.assign(this.known, change);
    setCurrentDetails(summaryOf(this.known));
  }
}

/** Code and message of a step that failed. */
export function failureText(error: unknown): string {
  requireFailure(error);
  const root = rootFailure(error);
  return `${root?.type ?? 'UNEXPECTED'}: ${(root ?? error.cause ?? error).message}`;
}

/** @throws the error itself when it is a cancellation, or a defect of ours: the workflow may not continue */
export function requireFailure(error: unknown): asserts error is TemporalFailure {
  if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
}
