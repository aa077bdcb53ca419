import { runIdAt } from '../../core/ids';
import type { NessieClient } from '../../nessie/client';
import type { Reference } from '../../nessie/model';
import { dropBranch } from '../runs/branchMoves';
import { attemptOf, type Attempt } from '../spark/attempt';

/**
 * Does work on commits that others stand on, through branches of our own: a slot moves and a run's branch goes at any moment, and Nessie
 * shows a commit only under a reference that has it in its history. What is left of them after a crash looks like a run's
 * branch that was cut off, and goes as those do.
 *
 * @throws errors of Nessie when a reference has moved since it was listed; list again
 */
export async function withPinned<T>(nessie: NessieClient, pipeline: string, references: Reference[], work: (pins: Reference[], attempt: Attempt) => Promise<T>): Promise<T> {
  const attempt = attemptOf({ pipeline, runId: runIdAt(Date.now()) });
  const pins: Reference[] = [];
  try {
    for (const { name, hash } of distinct(references)) pins.push(await nessie.createBranch(`${attempt.branch}-${pins.length}`, { name, hash }));
    return await work(pins, attempt);
  } finally {
    for (const pin of pins) await dropBranch(nessie, pin);
  }
}

/** Slots mostly stand where main or another one does. */
function distinct(references: Reference[]): Reference[] {
  return [...new Map(references.map((reference) => [reference.hash, reference])).values()];
}
