import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { SLOT_POOL_ID } from '../../core/ids';
import { releaseSlot } from '../../workflows/messages';

export function createReturnSlot({ client }: { client: Client }) {
  return {
    /** Releases a workflow's slot leases; having none is fine. */
    async returnSlot({ holder }: { holder: string }): Promise<void> {
      await releaseSlots(client, holder);
    },
  };
}

export async function releaseSlots(client: Client, holder: string): Promise<void> {
  await client.workflow
    .getHandle(SLOT_POOL_ID)
    .executeUpdate(releaseSlot, { args: [{ holder }] })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    });
}
