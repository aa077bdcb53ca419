import { requireOwnName } from '../../core/branches/branchName';
import { MAIN_BRANCH } from '../../core/ids';
import type { NessieClient } from '../../nessie/client';
import { NessieReferenceExistsError } from '../../nessie/errors';
import type { Reference } from '../../nessie/model';
import { ownCatalog, requireOwnCatalog, type BranchDeps } from './support/ownCatalog';

export interface CreateFeatureBranchInput {
  branch: string;
  /** Commit of main that the branch begins with (default: its head). A repeat finds the branch there. */
  fromHash?: string;
  /** Take a branch of this name that is there already. */
  adopt?: boolean;
}

export interface CreatedFeatureBranch {
  hash: string;
  catalog: string;
  isNew: boolean;
}

export function createCreateFeatureBranch(deps: BranchDeps) {
  const { nessie } = deps;
  return {
    /**
     * Makes a branch of main and the Trino catalog that shows it.
     *
     * @throws BranchNameError, NessieReferenceExistsError
     */
    async createFeatureBranch(input: CreateFeatureBranchInput): Promise<CreatedFeatureBranch> {
      const { branch } = input;
      requireOwnName(branch);
      await requireOwnCatalog(nessie, branch);
      const { hash, isNew } = await createOrFind(nessie, input);
      return { hash, isNew, catalog: await ownCatalog(deps, branch) };
    },
  };
}

async function createOrFind(
  nessie: NessieClient,
  { branch, fromHash, adopt = false }: CreateFeatureBranchInput,
): Promise<Reference & { isNew: boolean }> {
  const hash = fromHash ?? (await nessie.getReference(MAIN_BRANCH)).hash;
  try {
    return { ...(await nessie.createBranch(branch, { name: MAIN_BRANCH, hash })), isNew: true };
  } catch (error) {
    if (!(error instanceof NessieReferenceExistsError)) throw error;
    const found = await nessie.getReference(branch);
    // An earlier attempt made it and lost the answer; nothing has been written to it since.
    if (fromHash !== undefined && found.hash === fromHash) return { ...found, isNew: true };
    if (!adopt) throw error;
    return { ...found, isNew: false };
  }
}
