import { CancellationScope, sleep } from '@temporalio/workflow';
import { quick } from './proxyOptions';

/** Leases a slot for a workflow; asks again every five seconds while all are taken. */
export async function leaseSlot(holder: string): Promise<string> {
  for (;;) {
    const { slot } = await quick.leaseSlot({ holder });
    if (slot) return slot;
    await sleep('5 seconds');
  }
}

/** Runs the work with a slot of its own and always returns it. */
export async function withSlot<T>(holder: string, work: (slot: string) => Promise<T>): Promise<T> {
  const slot = await leaseSlot(holder);
  try {
    return await work(slot);
  } finally {
    await CancellationScope.nonCancellable(() => quick.returnSlot({ holder }));
  }
}
