import { BranchNameError } from '../../../core/branches/errors';
import { catalogOfBranch, MAIN_BRANCH } from '../../../core/ids';
import type { NessieClient } from '../../../nessie/client';
import type { Config } from '../../../settings/config';
import { ensureBranchCatalog } from '../../../trino/branchCatalog';
import type { TrinoClient } from '../../../trino/client';

export interface BranchDeps {
  config: Config;
  nessie: NessieClient;
  trino: TrinoClient;
}

/**
 * The Trino catalog that shows a branch, made where it is missing: Nessie's own API makes branches without
 * one.
 *
 * @throws NessieReferenceNotFoundError, BranchNameError
 */
export async function ownCatalog({ config, nessie, trino }: BranchDeps, branch: string): Promise<string> {
  if (branch === MAIN_BRANCH) return catalogOfBranch(branch);
  await nessie.getReference(branch);
  await requireOwnCatalog(nessie, branch);
  return ensureBranchCatalog(trino, config, branch);
}

/** `a-b` and `a_b` would be read through one catalog, which shows the branch that was there first. */
export async function requireOwnCatalog(
  nessie: Pick<NessieClient, 'listReferences'>,
  name: string,
): Promise<void> {
  const catalog = catalogOfBranch(name);
  const other = (await nessie.listReferences()).find(
    (reference) => reference.name !== name && catalogOfBranch(reference.name) === catalog,
  );
  if (other)
    throw new BranchNameError(`a name with a catalog of its own (branch ${other.name} has ${catalog})`, name);
}
