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
  let leases = input.leases ?? [];
  let changes = 0;
  setHandler(getSlotLeases, () => leases);
  setHandler(releaseSlot, ({ holder }) => {
    leases = leases.filter((lease) => lease.holder !== holder);
    changes += 1;
  });
  setHandler(leaseSlot, async ({ holder, slotCount }) => {
    changes += 1;
    const held = leases.find((lease) => lease.holder === holder);
    if (held) return held.slot;
    if (leases.length >= slotCount) {
      const { ended } = await quick.findEndedWorkflows({ workflowIds: leases.map((lease) => lease.holder) });
      leases = leases.filter((lease) => !ended.includes(lease.holder));
    }
    const slot = slotNames(slotCount).find((name) => !leases.some((lease) => lease.slot === name));
    if (slot) leases = [...leases, { slot, holder }];
    return slot ?? null;
  });

  for (;;) {
    setCurrentDetails(
      leases.map(({ slot, holder }) => `- ${slot}: ${holder}`).join('\n') || 'every slot is free',
    );
    const seen = changes;
    const changed = await condition(() => changes !== seen, IDLE_END);
    if (!changed && leases.length === 0) break;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof slotPool>({ leases });
    }
  }
  await condition(allHandlersFinished);
}

/** It outlives releases, so it moves to a new worker version at its next step; replay tests guard that. */
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, slotPool);
