import { compileExpectation, type LoadedSuite } from '../../core/gates/catalogue';
import type { Check, Target, Values } from '../../core/gates/check';
import { exceptionResult, judgedResult, noRowsNote, type ExpectationResult } from '../../core/gates/result';
import { suiteSql, suiteValues } from '../../core/gates/scan';
import type { Expectation } from '../../core/gates/suite';
import type { Cell, Page } from '../../trino/client';
import {
  TrinoExternalError,
  TrinoInternalError,
  TrinoQueryTimeoutError,
  TrinoStatementError,
} from '../../trino/errors';
import { asRecords } from '../../trino/records';

/** Runs one statement on the audited branch. */
export type Ask = (sql: string) => Promise<Page>;

/**
 * Runs each statement once and shares its answer between suites. A failure is not kept: it may be transient.
 */
export function askedOnce(ask: Ask): Ask {
  const answers = new Map<string, Promise<Page>>();
  return (sql) => {
    const answer = answers.get(sql) ?? ask(sql);
    answers.set(sql, answer);
    answer.catch(() => answers.delete(sql));
    return answer;
  };
}

/**
 * Retries once after a fault in Trino or behind it: a lost connection must not fail an expectation or a whole
 * audit.
 */
export function askedTwice(ask: Ask): Ask {
  return (sql) =>
    ask(sql).catch((error: unknown) =>
      error instanceof TrinoInternalError || error instanceof TrinoExternalError
        ? ask(sql)
        : Promise.reject(error),
    );
}

/** The two ways a suite queries: for itself, and shared with other suites. */
export interface Asking {
  ask: Ask;
  shared: Ask;
}

interface Planned {
  expectation: Expectation;
  check?: Check;
  result?: ExpectationResult;
}

/**
 * Evaluates every expectation of a suite in one statement, and one more for samples after a failure.
 *
 * @throws transient errors of the client (Trino unavailable, busy, killed); a faulty expectation or statement
 *   fails that expectation.
 */
export async function runSuite(
  { suite, queries }: LoadedSuite,
  target: Target,
  asking: Asking,
): Promise<ExpectationResult[]> {
  const planned = suite.expectations.map((expectation) => plan(target, expectation, queries));
  const isEmpty =
    (await measure(
      target,
      planned.filter(({ check }) => check),
      asking,
    )) === 0;
  await Promise.all(planned.map((one) => addSamples(one, asking.ask)));
  const results = planned.flatMap(({ result }) => (result ? [result] : []));
  return isEmpty ? [noRowsNote(), ...results] : results;
}

function plan(target: Target, expectation: Expectation, queries: Record<string, string>): Planned {
  try {
    return { expectation, check: compileExpectation(target, expectation, queries) };
  } catch (error) {
    return { expectation, result: exceptionResult(expectation, error) };
  }
}

/**
 * Rows in scope; null when they could not be counted. A failed statement is repeated per expectation, to find
 * the faulty one.
 */
async function measure(target: Target, planned: Planned[], asking: Asking): Promise<number | null> {
  const checks = planned.map(({ check }) => check!);
  const started_ms = Date.now();
  try {
    const [page, ...facts] = await Promise.all([
      asking.ask(suiteSql(target, checks)),
      ...checks.map((check) => factsOf(check, asking.shared)),
    ]);
    const { rowsInScope, values } = suiteValues(checks, firstRow(page));
    planned.forEach((one, index) =>
      settle(one, [...facts[index]!, ...values[index]!], rowsInScope, Date.now() - started_ms),
    );
    return rowsInScope;
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    if (planned.length > 1) return measureApart(target, planned, asking);
    for (const one of planned) one.result = exceptionResult(one.expectation, error);
    return null;
  }
}

async function measureApart(target: Target, planned: Planned[], asking: Asking): Promise<number | null> {
  const counts = await Promise.all(planned.map((one) => measure(target, [one], asking)));
  return counts.find((count) => count !== null) ?? null;
}

async function factsOf({ facts = [] }: Check, shared: Ask): Promise<Values> {
  const picked = await Promise.all(facts.map(async ({ sql, pick }) => pick((await shared(sql)).rows)));
  return picked.flat();
}

function settle(one: Planned, values: Values, rowsInScope: number, elapsed_ms: number): void {
  if (rowsInScope === 0 && !one.check!.evaluatedWhenEmpty) return;
  one.result = judgedResult(one.expectation, one.check!.judge(values), [], elapsed_ms);
}

/** A failure without samples is still a failure, so errors here are ignored. */
async function addSamples(one: Planned, ask: Ask): Promise<void> {
  if (!one.result || one.result.success || one.result.exception_info.raised_exception || !one.check?.samples)
    return;
  const samples = await ask(one.check.samples)
    .then(asRecords)
    .catch((error: unknown) => (isOwnFault(error) ? [] : Promise.reject(error)));
  if (samples.length > 0) one.result.result.partial_unexpected_list = samples;
}

function firstRow(page: Page): Cell[] {
  return page.rows[0] ?? [];
}

function isOwnFault(error: unknown): boolean {
  return (
    error instanceof TrinoStatementError ||
    error instanceof TrinoInternalError ||
    error instanceof TrinoQueryTimeoutError
  );
}
