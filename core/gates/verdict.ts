import { isNote, type ExpectationResult, type SuiteResult } from './result';

/** Least share of critical and error expectations, over all suites of an audit, that must hold. */
export const LEAST_SUCCESS_RATIO = 0.95;

export interface Verdict {
  passed: boolean;
  evaluated: number;
  failed: number;
  failedCritical: number;
  /** Over critical and error expectations; 1 when there are none. */
  successRatio: number;
  /** It failed, and only by expectations after which a batch is taken again. */
  onlyIncomplete: boolean;
}

/**
 * Any failed critical expectation fails the audit, and so do too many failures in all. Warnings and infos
 * never do.
 */
export function verdictOf(suites: SuiteResult[], retakeWhenOnly: readonly string[] = []): Verdict {
  const all = suites.flatMap((suite) => suite.results).filter((result) => !isNote(result));
  const counting = all.filter((result) => ['critical', 'error'].includes(result.expectation_config.severity));
  const failedCritical = counting.filter((result) => !result.success && isCritical(result)).length;
  const successRatio =
    counting.length === 0 ? 1 : counting.filter((result) => result.success).length / counting.length;
  const passed = failedCritical === 0 && successRatio >= LEAST_SUCCESS_RATIO;
  return {
    passed,
    onlyIncomplete: !passed && counting.every((result) => result.success || isOfType(result, retakeWhenOnly)),
    evaluated: all.length,
    failed: all.filter((result) => !result.success).length,
    failedCritical,
    successRatio,
  };
}

/** One that could not be evaluated says nothing about rows. */
function isOfType(
  { expectation_config, exception_info }: ExpectationResult,
  types: readonly string[],
): boolean {
  return types.includes(expectation_config.type) && !exception_info.raised_exception;
}

function isCritical(result: ExpectationResult): boolean {
  return result.expectation_config.severity === 'critical';
}
