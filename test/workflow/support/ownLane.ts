import type { Client } from '@temporalio/client';
import { askLane } from '../../../activities/runs/support/askLane';
import type { TurnOutcome } from '../../../core/lane';

let lanes = 0;

/** A pipeline branch, and so a lane, that no other test of the file has. */
export function nextBranch(): string {
  lanes += 1;
  return `b${lanes}`;
}

/** Asks for a run as an operator, in a lane of its own; `request` says what is otherwise. */
export function ask(client: Client, request: object = {}): Promise<TurnOutcome> {
  return askLane(client, {
    pipeline: 'nem',
    branch: nextBranch(),
    kind: 'operator',
    requestedBy: 'test',
    ...request,
  });
}
