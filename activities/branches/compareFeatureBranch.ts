import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import { reportDiff, type TableReport } from './support/branchReport';
import { ownCatalog, type BranchDeps } from './support/ownCatalog';

export function createCompareFeatureBranch(deps: BranchDeps) {
  return {
    /** Tables that differ from main's, with row counts and schemas of both sides. */
    async compareFeatureBranch({ branch }: { branch: string }): Promise<TableReport[]> {
      return reportDiff(
        deps.nessie,
        deps.trino,
        { branch: MAIN_BRANCH, catalog: catalogOfBranch(MAIN_BRANCH) },
        { branch, catalog: await ownCatalog(deps, branch) },
      );
    },
  };
}
