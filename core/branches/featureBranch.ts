import { DAY_MS } from '../interval';
import type { RunWork } from '../runs';
import { requireOwnName } from './branchName';
import { FeatureBranchInputError } from './errors';

/** What a run on a feature branch works on: what Kafka holds, or gold from the silver on the branch. */
export type BranchWork = Extract<RunWork, { kind: 'gold' }> | { kind: 'records' };

/** Input of the workflow `featureBranch`, as an operator types it. */
export interface FeatureBranchInput {
  branch: string;
  /** Whose run is made on the branch at once; without it the branch only waits for the update `run`. */
  pipeline?: string;
  /** What that first run works on (default: what Kafka holds). */
  work?: BranchWork;
  /** Days until the branch is dropped (default 7); fractions are allowed. */
  expireDays?: number;
  /** Take a branch that is there already, such as one made by Nessie's REST API (default false). */
  adopt?: boolean;
}

export interface FeatureBranchSettings {
  branch: string;
  pipeline: string | null;
  work: BranchWork;
  expire_ms: number;
  adopt: boolean;
}

const DEFAULT_EXPIRE_DAYS = 7;
export const EXPIRE_DAYS_MAX = 90;
const WORK_KINDS: readonly unknown[] = ['records', 'gold'];

/** @throws FeatureBranchInputError with every mistake, or BranchNameError */
export function featureBranchSettings(input: FeatureBranchInput): FeatureBranchSettings {
  const { branch, pipeline, work = { kind: 'records' }, adopt = false } = input;
  const { expireDays = DEFAULT_EXPIRE_DAYS } = input;
  const problems = [
    typeof branch === 'string' ? null : `branch: expected its name, found ${JSON.stringify(branch)}`,
    expireDaysProblem('expireDays', expireDays),
    workProblem(work),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new FeatureBranchInputError(problems);
  requireOwnName(branch);
  return { branch, pipeline: pipeline ?? null, work, expire_ms: expireDays * DAY_MS, adopt };
}

export function expireDaysProblem(name: string, days: unknown): string | null {
  if (typeof days === 'number' && days > 0 && days <= EXPIRE_DAYS_MAX) return null;
  return `${name}: expected a number above 0, at most ${EXPIRE_DAYS_MAX}, found ${JSON.stringify(days)}`;
}

export function workProblem(work: BranchWork): string | null {
  if (WORK_KINDS.includes(work?.kind)) return null;
  return `work: expected {"kind":"records"} or {"kind":"gold"}, found ${JSON.stringify(work)}`;
}
