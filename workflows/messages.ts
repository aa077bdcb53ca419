import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { TableReport } from '../activities/branches/support/branchReport';
import type { BranchWork } from '../core/branches/featureBranch';
import type { NoTurn, TurnOutcome, TurnRequest } from '../core/lane';
import type { LaneState } from '../core/runs';
import type { BackfillState } from './backfillState';
import type { BranchRun, FeatureBranchState } from './featureBranchState';

/**
 * Asks a lane for a run. Answers when it is queued or, with `wait`, when it has ended, or that this lane has
 * no turn for it.
 */
export const runTurn = defineUpdate<TurnOutcome | NoTurn, [TurnRequest]>('runTurn');
/**
 * Withdraws a request that has not had its turn and answers its waiting callers. Does nothing when the turn
 * has begun.
 */
export const withdrawTurn = defineSignal<[{ requestId: string }]>('withdrawTurn');
export const getLaneState = defineQuery<LaneState>('getLaneState');

export const getBackfillProgress = defineQuery<BackfillState>('getProgress');
/** Archives in progress are finished; nothing new is started until `resume`. */
export const pauseBackfill = defineUpdate<void, [{ reason: string }]>('pause');
export const resumeBackfill = defineUpdate<void, []>('resume');
export const setBackfillConcurrency = defineUpdate<void, [{ concurrency: number }]>('setConcurrency');

export const getFeatureBranch = defineQuery<FeatureBranchState>('getBranch');
/** Makes a run on the branch and answers when it has ended. Typed by hand, it may come without its input. */
export const runOnBranch = defineUpdate<BranchRun, [{ pipeline?: string; work?: BranchWork }]>('run');
/** Tables that differ from main's. */
export const compareBranch = defineUpdate<TableReport[], []>('diff');
/** Merges the branch into main. Then drops it, which ends the workflow, unless `keep` is set. */
export const promoteBranch = defineUpdate<{ merge_hash: string | null }, [{ keep?: boolean }]>('promote');
export const dropBranch = defineUpdate<{ hash: string | null }, []>('drop');
/** Sets the time at which the branch expires to so many days from now. */
export const extendBranch = defineUpdate<{ expires_at: string }, [{ days: number }]>('extend');

export interface SlotLease {
  slot: string;
  holder: string;
}

/**
 * Leases the lowest free slot to a workflow, or answers null while all are taken. Asking again gives the same
 * slot.
 */
export const leaseSlot = defineUpdate<string | null, [{ holder: string; slotCount: number }]>('leaseSlot');
/** Gives back what the holder leases; giving back nothing is fine. */
export const releaseSlot = defineUpdate<void, [{ holder: string }]>('releaseSlot');
export const getSlotLeases = defineQuery<SlotLease[]>('getSlotLeases');
