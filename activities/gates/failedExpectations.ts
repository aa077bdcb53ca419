import type { ExpectationResult, SuiteMeta, SuiteResult } from '../../core/gates/result';
import type { Expectation } from '../../core/gates/suite';
import { titleOf } from '../../core/gates/summary';
import type { ObjectStore } from '../../clients/s3/objectStore';

/** A critical or error expectation that a run failed, from its result document. */
export interface FailedExpectation {
  rule: string;
  suite: string;
  meta: SuiteMeta;
  expectation: Expectation;
  result: ExpectationResult;
}

/**
 * Every failed critical and error expectation of a run's audits, each once, from the documents its audits
 * keep in S3.
 */
export async function failedExpectations(
  store: ObjectStore,
  pipeline: string,
  runId: string,
): Promise<FailedExpectation[]> {
  const keys = (await store.list(`gates/${pipeline}/${runId}/`))
    .map(({ key }) => key)
    .filter((key) => key.endsWith('.json'));
  const documents = await Promise.all(
    keys.map(async (key) => JSON.parse((await store.get(key)).toString('utf8')) as SuiteResult),
  );
  const failed = documents.flatMap(failedOf);
  return [
    ...new Map(failed.map((one) => [`${one.rule} ${JSON.stringify(one.expectation.kwargs)}`, one])).values(),
  ];
}

function failedOf({ suite_name, meta, results }: SuiteResult): FailedExpectation[] {
  const failed = results.filter(
    ({ success, expectation_config }) =>
      !success && ['critical', 'error'].includes(expectation_config.severity),
  );
  return failed.map((result) => ({
    rule: `${meta.table}: ${titleOf(result)}`,
    suite: suite_name,
    meta,
    result,
    expectation: { ...result.expectation_config } as Expectation,
  }));
}

/** A critical failure is enough to stop a run, so errors count only when no critical expectation failed. */
export function decisive(failed: FailedExpectation[]): FailedExpectation[] {
  const critical = failed.filter(({ expectation }) => expectation.severity === 'critical');
  return critical.length > 0 ? critical : failed;
}
