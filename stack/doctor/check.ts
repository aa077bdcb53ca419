import type { Config } from '../../settings/config';
import type { StackStatus } from '../status';

/**
 * `ok` ✓, `bad` ✗, `info` + (will change by itself), `skipped` – (what it needs is not there, which another
 * check tells or is no fault).
 */
export type Verdict = 'ok' | 'bad' | 'info' | 'skipped';

export interface Finding {
  verdict: Verdict;
  finding: string;
  /** One command that fixes it; only with `bad`. */
  fix?: string;
}

export interface CheckContext {
  config: Config;
  stack: StackStatus;
}

export interface Check {
  name: string;
  run(context: CheckContext): Finding | Promise<Finding>;
}

export interface CheckResult extends Finding {
  name: string;
}

export const ok = (finding: string): Finding => ({ verdict: 'ok', finding });
export const bad = (finding: string, fix: string): Finding => ({ verdict: 'bad', finding, fix });
export const info = (finding: string): Finding => ({ verdict: 'info', finding });
export const skipped = (finding: string): Finding => ({ verdict: 'skipped', finding });
