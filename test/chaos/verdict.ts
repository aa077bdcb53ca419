/**
 * `missed`: nothing is wrong, and nothing is shown either, since the trial was not disturbed as planned or no
 * check ran.
 */
export type Status = 'passed' | 'failed' | 'missed' | 'left out';

export interface Observed {
  /** Why this machine cannot make the fault; undefined where it can. */
  impossible?: string;
  problems: readonly string[];
  violations: readonly string[];
  /** Parts of the fault that did not happen. */
  missed: readonly string[];
  /** Looks of the reader that were answered. */
  looks: number;
}

/**
 * What a trial has shown, and why it has not passed, one line each; the reader's violations are told apart.
 */
export function verdictOf({ impossible, problems, violations, missed, looks }: Observed): {
  status: Status;
  problems: string[];
} {
  if (impossible !== undefined) return { status: 'left out', problems: [impossible] };
  if (problems.length + violations.length > 0) return { status: 'failed', problems: [...problems] };
  const unshown = looks > 0 ? missed : [...missed, 'no look of the reader was answered'];
  return { status: unshown.length > 0 ? 'missed' : 'passed', problems: [...unshown] };
}
