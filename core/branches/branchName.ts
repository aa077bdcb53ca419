import { isSlot, MAIN_BRANCH } from '../ids';
import { BranchNameError } from './errors';

/** Main and the branches that runs make: slots, attempts, evidence, failed runs. */
const RESERVED = /^(main$|slot_|work\/|evidence\/|failed\/)/;
const ALLOWED = /^[A-Za-z][A-Za-z0-9_./-]*$/;

/** @throws BranchNameError for a name that a run uses, or that Nessie or Trino would reject */
export function requireOwnName(branch: string): void {
  if (RESERVED.test(branch) || !ALLOWED.test(branch))
    throw new BranchNameError('letters, digits and _ . - / that no run uses', branch);
}

/** @throws BranchNameError for main and the slots; a failed run's branch may be dropped */
export function requireDroppable(branch: string): void {
  if (branch === MAIN_BRANCH || isSlot(branch)) throw new BranchNameError('a branch of your own', branch);
}
