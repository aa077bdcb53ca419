import type { Client } from '@temporalio/client';
import type { TurnRequest } from '../../core/lane';
import { askLane } from './support/askLane';
import { updateId } from './support/updateId';

export function createRequestTurn({ client }: { client: Client }) {
  return {
    /** Queues a run and returns its id; a plain request joins a run that has not started. */
    async requestTurn(request: TurnRequest): Promise<{ runId: string }> {
      const outcome = await askLane(client, { ...request, wait: false }, updateId());
      return { runId: outcome.runId };
    },
  };
}
