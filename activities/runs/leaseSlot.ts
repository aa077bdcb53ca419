import { WithStartWorkflowOperation, WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import { SLOT_POOL_ID, TASK_QUEUES } from '../../core/ids';
import { leaseSlot, type SlotLease } from '../../workflows/messages';
import { updateId } from './support/updateId';

/** The workflow's own type would import every activity. */
type SlotPool = (input: { leases?: SlotLease[] }) => Promise<void>;

export interface LeaseSlotDeps {
  client: Client;
  slotCount: number;
}

export function createLeaseSlot({ client, slotCount }: LeaseSlotDeps) {
  return {
    /** Leases a slot for a workflow, or answers null while all are taken; starts the pool if needed. */
    async leaseSlot({ holder }: { holder: string }): Promise<{ slot: string | null }> {
      const startWorkflowOperation = new WithStartWorkflowOperation<SlotPool>('slotPool', {
        workflowId: SLOT_POOL_ID,
        taskQueue: TASK_QUEUES.control,
        args: [{}],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        staticSummary: 'Leases of slots, the branches runs work on',
      });
      const slot = await client.workflow.executeUpdateWithStart(leaseSlot, {
        args: [{ holder, slotCount }],
        updateId: updateId(),
        startWorkflowOperation,
      });
      return { slot };
    },
  };
}
