import type { RunRef } from '../../core/steps';
import { pointAt } from '../../nessie/branchMoves';
import type { NessieClient } from '../../nessie/client';

export function createOpenRun({ nessie }: { nessie: NessieClient }) {
  return {
    /** Points the slot at the head the run starts from. */
    async openRun(run: RunRef): Promise<{ baseHash: string }> {
      const base = await nessie.getReference(run.branch);
      await pointAt(nessie, run.slot, { name: run.branch, hash: base.hash });
      return { baseHash: base.hash };
    },
  };
}
