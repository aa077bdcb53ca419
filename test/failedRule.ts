import type { OffendingFiles } from '../core/gates/quarantine';

/** A critical expectation that one row of table `t` fails; one file is behind it. */
export const FAILED_RULE: OffendingFiles['rules'][number] = {
  rule: 't: missing',
  severity: 'critical',
  stage: 'bronze',
  table: 't',
  evaluated: 1,
  unexpected: 1,
  by: 'rows',
  files: 1,
};
