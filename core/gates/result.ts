import type { TimeRange, Window } from '../touched';
import type { Judgement } from './check';
import type { Expectation, Suite } from './suite';

/**
 * The result document of Great Expectations 1.x (`ExpectationSuiteValidationResult`), with our run in `meta`.
 */

export interface ExpectationResult {
  success: boolean;
  expectation_config: Pick<Expectation, 'type' | 'kwargs' | 'severity'> & {
    meta: Record<string, unknown>;
    id: string | null;
  };
  result: {
    element_count?: number;
    missing_count?: number;
    unexpected_count?: number;
    /** Of the values that are not missing. */
    unexpected_percent?: number;
    partial_unexpected_list?: unknown[];
    observed_value?: unknown;
    details?: unknown;
  };
  meta: Record<string, unknown>;
  exception_info: {
    raised_exception: boolean;
    exception_message: string | null;
    exception_traceback: string | null;
  };
}

export interface SuiteMeta {
  pipeline: string;
  run_id: string;
  stage: string;
  table: string;
  scope: string;
  touched?: readonly TimeRange[];
  /** Instead of `touched` in documents of before 0.2. */
  window?: Window | null;
  branch: string;
  hash: string;
  validation_time: string;
  elapsed_ms: number;
}

export interface SuiteResult {
  success: boolean;
  suite_name: string;
  id: string | null;
  results: ExpectationResult[];
  statistics: {
    evaluated_expectations: number;
    successful_expectations: number;
    unsuccessful_expectations: number;
    success_percent: number | null;
  };
  suite_parameters: Record<string, unknown>;
  meta: SuiteMeta;
}

/** Type of the note for a suite whose scope held no rows. */
export const NO_ROWS_NOTE = 'currents_note_no_rows_in_scope';

/** Type of the note for a suite that was left out, since the run changed nothing that it is about. */
export const NOT_TOUCHED_NOTE = 'currents_note_not_touched';

/** A note says what was not asked. It is no verdict. */
export function isNote({ expectation_config }: ExpectationResult): boolean {
  return [NO_ROWS_NOTE, NOT_TOUCHED_NOTE].includes(expectation_config.type);
}

const noException = { raised_exception: false, exception_message: null, exception_traceback: null };

export function judgedResult(
  expectation: Expectation,
  judgement: Judgement,
  samples: unknown[],
  elapsed_ms: number,
): ExpectationResult {
  const { success, ...counts } = judgement;
  const considered = counts.element_count - (counts.missing_count ?? 0);
  return {
    success,
    expectation_config: configOf(expectation),
    meta: { elapsed_ms },
    exception_info: noException,
    result: {
      ...counts,
      unexpected_percent: considered > 0 ? (100 * counts.unexpected_count) / considered : 0,
      ...(samples.length > 0 ? { partial_unexpected_list: samples } : {}),
    },
  };
}

/** An expectation that could not be evaluated has failed. */
export function exceptionResult(expectation: Expectation, error: unknown): ExpectationResult {
  const message = error instanceof Error ? error.message : String(error);
  const exception_info = { raised_exception: true, exception_message: message, exception_traceback: null };
  return { success: false, expectation_config: configOf(expectation), result: {}, meta: {}, exception_info };
}

export function noRowsNote(): ExpectationResult {
  return noteOf(NO_ROWS_NOTE, 'no rows in scope: expectations on rows were not evaluated');
}

export function notTouchedNote(): ExpectationResult {
  return noteOf(
    NOT_TOUCHED_NOTE,
    'not touched: the run changed neither this table nor one that it is made from or compared with. ' +
      'Expectations on rows and columns were not evaluated, only those that notice missing rows',
  );
}

function noteOf(type: string, details: string): ExpectationResult {
  return {
    success: true,
    expectation_config: { type, kwargs: {}, severity: 'info', meta: {}, id: null },
    result: { element_count: 0, unexpected_count: 0, observed_value: 0, details },
    meta: {},
    exception_info: noException,
  };
}

export function suiteResult(suite: Suite, results: ExpectationResult[], meta: SuiteMeta): SuiteResult {
  const evaluated = results.filter((result) => !isNote(result));
  const successful = evaluated.filter((result) => result.success).length;
  return {
    success: successful === evaluated.length,
    suite_name: suite.name,
    id: suite.id ?? null,
    results,
    meta,
    suite_parameters: suite.suite_parameters ?? {},
    statistics: {
      evaluated_expectations: evaluated.length,
      successful_expectations: successful,
      unsuccessful_expectations: evaluated.length - successful,
      success_percent: evaluated.length === 0 ? null : (100 * successful) / evaluated.length,
    },
  };
}

function configOf({
  type,
  kwargs,
  severity,
  meta,
  id,
}: Expectation): ExpectationResult['expectation_config'] {
  return { type, kwargs, severity, meta: meta ?? {}, id: id ?? null };
}
