import { requireDroppable } from '../../core/branches/branchName';
import { NessieReferenceNotFoundError } from '../../nessie/errors';
import { dropBranchCatalog } from '../../trino/branchCatalog';
import type { BranchDeps } from './support/ownCatalog';

export function createDropFeatureBranch({ nessie, trino }: Pick<BranchDeps, 'nessie' | 'trino'>) {
  return {
    /**
     * Drops a branch and its catalog. The answer has the commit at which it stood: until upkeep removes its
     * files, a branch made of that commit has the same tables. Null when there is no such branch any more.
     *
     * @throws BranchNameError for main and the slots
     */
    async dropFeatureBranch({ branch }: { branch: string }): Promise<{ hash: string | null }> {
      requireDroppable(branch);
      await dropBranchCatalog(trino, branch);
      try {
        const { hash } = await nessie.getReference(branch);
        await nessie.deleteBranch(branch, hash);
        return { hash };
      } catch (error) {
        if (error instanceof NessieReferenceNotFoundError) return { hash: null };
        throw error;
      }
    },
  };
}
