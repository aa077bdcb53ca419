import { BranchBeforeMoveError, BranchConflictError } from '../../core/branches/errors';
import { MAIN_BRANCH } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import type { NessieClient } from '../../nessie/client';
import type { MergeResult } from '../../nessie/merge';
import { RUN_ID_PROPERTY } from '../../nessie/mergeRules';
import { isBeforeMove } from '../../nessie/moveSharedOps';

export interface PromotedBranch {
  /** The merge commit; null when main held the branch already. */
  mergeHash: string | null;
}

export function createPromoteFeatureBranch({ nessie }: { nessie: NessieClient }) {
  return {
    /**
     * Merges a branch into main as one commit. A repeat after a lost answer changes nothing.
     *
     * @throws BranchConflictError, BranchBeforeMoveError; main is unchanged then
     */
    async promoteFeatureBranch({ branch }: { branch: string }): Promise<PromotedBranch> {
      const [from, main] = await Promise.all([nessie.getReference(branch), nessie.getReference(MAIN_BRANCH)]);
      const merged = await nessie.merge({
        from: branch,
        fromHash: from.hash,
        into: MAIN_BRANCH,
        expectedIntoHash: main.hash,
        message: `promote branch ${branch}`,
        properties: {
          [RUN_ID_PROPERTY]: `promote-${branch}-${isoSeconds(Date.now())}`,
          'currents.kind': 'promote',
        },
      });
      if (!merged.wasSuccessful) throw await conflictOf(nessie, branch, merged);
      return { mergeHash: merged.wasApplied ? merged.resultantTargetHash : null };
    },
  };
}

async function conflictOf(
  nessie: NessieClient,
  branch: string,
  { conflicts, commonAncestor }: MergeResult,
): Promise<Error> {
  const keys = conflicts.map(({ key }) => key);
  const isOld = commonAncestor !== null && (await isBeforeMove(nessie, commonAncestor));
  return isOld ? new BranchBeforeMoveError(branch, keys) : new BranchConflictError(branch, keys);
}
