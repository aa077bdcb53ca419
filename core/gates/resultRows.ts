import type { ExpectationResult, SuiteResult } from './result';
import { columnOfKwargs } from './summary';

/** One row of the pipeline's `gate_results`: what one run's audit found for one expectation. */
export interface GateResultRow {
  pipeline: string;
  run_id: string;
  suite: string;
  stage: string;
  table_name: string;
  expectation: string;
  column_name: string | null;
  severity: string;
  success: boolean;
  evaluated: number | null;
  unexpected: number | null;
  unexpected_percent: number | null;
  observed: string | null;
  /** JSON: kwargs, samples, exception. */
  detail: string;
  branch: string;
  hash: string;
  result_uri: string | null;
  /** ISO 8601, UTC. */
  recorded_at: string;
}

/** Details beyond this stay in the result document at `result_uri`. */
const DETAIL_CHARACTERS_MAX = 4_000;

export function gateResultRows(suite: SuiteResult, resultUri: string | null): GateResultRow[] {
  return suite.results.map((result) => rowOf(suite, result, resultUri));
}

function rowOf(
  { suite_name, meta }: SuiteResult,
  { success, expectation_config: config, result, exception_info }: ExpectationResult,
  resultUri: string | null,
): GateResultRow {
  return {
    pipeline: meta.pipeline,
    run_id: meta.run_id,
    suite: suite_name,
    stage: meta.stage,
    table_name: meta.table,
    expectation: config.type,
    column_name: columnOfKwargs(config.kwargs),
    severity: config.severity,
    success,
    evaluated: result.element_count ?? null,
    unexpected: result.unexpected_count ?? null,
    unexpected_percent: result.unexpected_percent ?? null,
    observed: result.observed_value === undefined ? null : JSON.stringify(result.observed_value),
    detail: detailOf(config, result, exception_info.exception_message),
    branch: meta.branch,
    hash: meta.hash,
    result_uri: resultUri,
    recorded_at: meta.validation_time,
  };
}

/** Valid JSON of any length: samples are dropped from the end until it is short enough. */
function detailOf(
  config: ExpectationResult['expectation_config'],
  result: ExpectationResult['result'],
  exception: string | null,
): string {
  const samples = result.partial_unexpected_list ?? [];
  const common = {
    title: config.meta['title'],
    details: result.details,
    exception: exception?.slice(0, DETAIL_CHARACTERS_MAX / 4),
  };
  for (let kept = samples.length; kept > 0; kept -= 1) {
    const text = JSON.stringify({ kwargs: config.kwargs, ...common, samples: samples.slice(0, kept) });
    if (text.length <= DETAIL_CHARACTERS_MAX) return text;
  }
  const text = JSON.stringify({ kwargs: config.kwargs, ...common });
  return text.length <= DETAIL_CHARACTERS_MAX ? text : JSON.stringify(common);
}
