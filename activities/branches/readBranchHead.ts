import type { NessieClient } from '../../nessie/client';

export function createReadBranchHead({ nessie }: { nessie: NessieClient }) {
  return {
    /** The commit at which a branch stands. */
    async readBranchHead({ branch }: { branch: string }): Promise<{ hash: string }> {
      const { hash } = await nessie.getReference(branch);
      return { hash };
    },
  };
}
