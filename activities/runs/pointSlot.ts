import type { RunRef } from '../../core/steps';
import { pointAt } from '../../nessie/branchMoves';
import type { NessieClient } from '../../nessie/client';

export function createPointSlot({ nessie }: { nessie: NessieClient }) {
  return {
    /** Shows Spark's finished branch through the slot's catalog. */
    async pointSlot(input: RunRef & { workBranch: string; hash: string }): Promise<{ hash: string }> {
      await pointAt(nessie, input.slot, { name: input.workBranch, hash: input.hash });
      return { hash: input.hash };
    },
  };
}
