import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoTurn, TurnOutcome, TurnRequest } from '../core/lane';
import type { LaneState } from '../core/runs';
import type { BackfillState } from './backfillState';

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
