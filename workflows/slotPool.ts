import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { slotNames } from '../core/ids';
import { getSlotLeases, leaseSlot, releaseSlot, type SlotLease } from './messages';
import { quick } from './proxyOptions';

const IDLE_END = '10 minutes';

/**
 * Leases slots (fixed branches with a static Trino catalog) to runs, one holder each. A lease whose holder
 * ended without returning it is revoked when another run needs it. Continues as new when the server suggests
 * it.
 */
export async function slotPool(input: { leases?: SlotLease[] }): Promise<void> {
  const pool: Pool = { leases: input.leases ?? [], changes: 0 };
  handleMessages(pool);
  for (;;) {
    const shown = pool.leases.map(({ slot, holder }) => `- ${slot}: ${holder}`).join('\n');
    setCurrentDetails(shown || 'every slot is free');
    const seen = pool.changes;
    const changed = await condition(() => pool.changes !== seen, IDLE_END);
    if (!changed && pool.leases.length === 0) break;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof slotPool>({ leases: pool.leases });
    }
  }
  await condition(allHandlersFinished);
}

interface Pool {
  leases: SlotLease[];
  /** Grows with each request, so that the pool's idle time begins again. */
  changes: number;
}

function handleMessages(pool: Pool): void {
  setHandler(getSlotLeases, () => pool.leases);
  setHandler(releaseSlot, ({ holder }) => {
    pool.leases = pool.leases.filter((lease) => lease.holder !== holder);
    pool.changes += 1;
  });
  setHandler(leaseSlot, async ({ holder, slotCount }) => {
    pool.changes += 1;
    const held = pool.leases.find((lease) => lease.holder === holder);
    if (held) return held.slot;
    if (pool.leases.length >= slotCount) await revokeEnded(pool);
    const slot = slotNames(slotCount).find((name) => !pool.leases.some((lease) => lease.slot === name));
    if (slot) pool.leases = [...pool.leases, { slot, holder }];
    return slot ?? null;
  });
}

async function revokeEnded(pool: Pool): Promise<void> {
  const workflowIds = pool.leases.map(({ holder }) => holder);
  const { ended } = await quick.findEndedWorkflows({ workflowIds });
  pool.leases = pool.leases.filter(({ holder }) => !ended.includes(holder));
}

/** It outlives releases, so it moves to a new worker version at its next step; replay tests guard that. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, slotPool);
