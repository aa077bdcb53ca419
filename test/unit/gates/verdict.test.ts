import type { Severity } from '../../../core/gates/suite';
import {
  exceptionResult,
  judgedResult,
  noRowsNote,
  suiteResult,
  type ExpectationResult,
  type SuiteMeta,
} from '../../../core/gates/result';
import { gateResultRows } from '../../../core/gates/resultRows';
import { gateLines } from '../../../core/gates/summary';
import { verdictOf } from '../../../core/gates/verdict';

const meta: SuiteMeta = {
  pipeline: 'nem',
  run_id: 'r1',
  stage: 'bronze',
  table: 'nem.t',
  scope: 'run',
  window: null,
  branch: 'slot_1',
  hash: 'aa',
  validation_time: '2025-12-27T00:00:00.000Z',
  elapsed_ms: 1,
};
const expectation = (severity: Severity, title?: string) => ({
  type: 'expect_column_values_to_not_be_null',
  kwargs: { column: 'unit_id' },
  severity,
  meta: title ? { title } : {},
});
const result = (severity: Severity, success: boolean, samples: unknown[] = []): ExpectationResult =>
  judgedResult(
    expectation(severity, success ? undefined : 'SCADAVALUE column missing'),
    { success, element_count: 493, unexpected_count: success ? 0 : 493 },
    samples,
    1,
  );
const suite = (...results: ExpectationResult[]) =>
  suiteResult({ name: 's', expectations: [] }, results, meta);
const many = (count: number) => Array.from({ length: count }, () => result('error', true));

describe('verdict', () => {
  it('fails on one critical expectation, however many hold', () => {
    expect(verdictOf([suite(...many(99), result('critical', false))])).toMatchObject({
      passed: false,
      failedCritical: 1,
    });
  });

  it('takes errors by their share: 95 % must hold', () => {
    expect(verdictOf([suite(...many(19), result('error', false))]).passed).toBe(true);
    expect(verdictOf([suite(...many(18), result('error', false))]).passed).toBe(false);
  });

  it('never fails on warnings and infos, nor on nothing', () => {
    expect(verdictOf([suite(result('warning', false), result('info', false), noRowsNote())])).toMatchObject({
      passed: true,
      evaluated: 2,
      failed: 2,
      successRatio: 1,
    });
    expect(verdictOf([]).passed).toBe(true);
  });

  it('takes an expectation that could not be asked as failed', () => {
    expect(
      verdictOf([suite(exceptionResult(expectation('critical'), new Error('no such column')))]).passed,
    ).toBe(false);
  });
});

describe('a verdict that only units are missing', () => {
  const ofCompleteness = { ...expectation('critical'), type: 'currents_expect_completeness' };
  const incomplete = judgedResult(
    ofCompleteness,
    { success: false, element_count: 100, unexpected_count: 40 },
    [],
    1,
  );
  const onlyIncomplete = (...results: ExpectationResult[]): boolean =>
    verdictOf([suite(...results)], ['currents_expect_completeness']).onlyIncomplete;

  it('stands where completeness alone failed, warnings aside', () => {
    expect(onlyIncomplete(incomplete, result('critical', true), result('warning', false))).toBe(true);
  });

  it('does not stand beside another failure, where completeness could not be asked, or where nothing failed', () => {
    expect(onlyIncomplete(incomplete, result('error', false))).toBe(false);
    expect(onlyIncomplete(exceptionResult(ofCompleteness, new Error('no such column')))).toBe(false);
    expect(onlyIncomplete(result('critical', true))).toBe(false);
  });
});

describe('what people read', () => {
  it('is one line per failure with counts and samples', () => {
    const lines = gateLines([
      suite(
        result('critical', false, [{ unit_id: 'A', topic: null }]),
        result('warning', false),
        noRowsNote(),
      ),
    ]);
    expect(lines).toEqual({
      failures: ['✗ nem.t: SCADAVALUE column missing: 493 of 493 rows; e.g. unit_id=A'],
      warnings: ['⚠ nem.t: SCADAVALUE column missing: 493 of 493 rows'],
      notes: ['ℹ nem.t: no rows in scope'],
    });
  });

  it('says why an expectation could not be asked', () => {
    const { failures } = gateLines([
      suite(exceptionResult(expectation('critical'), new Error('no such column'))),
    ]);
    expect(failures).toEqual([
      '✗ nem.t: column values to not be null unit_id: could not be evaluated: no such column',
    ]);
  });
});

describe('rows of nem_ops.gate_results', () => {
  it('keep detail valid JSON however long the samples are', () => {
    const samples = Array.from({ length: 10 }, (_, index) => ({ index, text: 'x'.repeat(1_500) }));
    const [row] = gateResultRows(suite(result('critical', false, samples)), null);
    expect(JSON.parse(row!.detail)).toMatchObject({
      kwargs: { column: 'unit_id' },
      samples: [{ index: 0 }, { index: 1 }],
    });
    expect(row).toMatchObject({
      expectation: 'expect_column_values_to_not_be_null',
      column_name: 'unit_id',
      evaluated: 493,
      unexpected: 493,
      unexpected_percent: 100,
    });
  });

  it('count as Great Expectations does', () => {
    expect(suite(...many(3), result('error', false), noRowsNote()).statistics).toEqual({
      evaluated_expectations: 4,
      successful_expectations: 3,
      unsuccessful_expectations: 1,
      success_percent: 75,
    });
  });
});
