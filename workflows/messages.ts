import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoTurn, TurnOutcome, TurnRequest } from '../core/lane';
import type { LaneState } from '../core/runs';
import type { BackfillState } from './backfillProgress';

/**
 * Asks a lane for a run; answers when it is queued or, with `wait`, when it has ended, or that there is no
 * turn here (any more).
 */
export const runTurn = defineUpdate<TurnOutcome | NoTurn, [TurnRequest]>('runTurn');
/**
 * Takes a request back that has not had its turn; whoever waits for it is answered so. Nothing happens when
 * the turn has begun.
 */
export const withdrawTurn = defineSignal<[{ requestId: string }]>('withdrawTurn');
export const getLaneState = defineQuery<LaneState>('getLaneState');

export const getBackfillProgress = defineQuery<BackfillState>('getProgress');
/** Archives under way are finished; nothing new is begun until `resume`. */
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
