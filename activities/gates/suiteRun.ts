import { compileExpectation, type LoadedSuite } from '../../core/gates/catalogue';
import type { Check, Target, Values } from '../../core/gates/check';
import {
  exceptionResult,
  judgedResult,
  noRowsNote,
  notTouchedNote,
  type ExpectationResult,
} from '../../core/gates/result';
import { readsOf, scanSql, scanValues, type Scan } from '../../core/gates/scan';
import { isLarge } from '../../core/gates/size';
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

/** A suite and the table it is about. */
export interface SuiteOnTable {
  loaded: LoadedSuite;
  target: Target;
  /** Holds only what is judged of a table that the run did not touch. */
  isUntouched?: boolean;
}

/**
 * Reads of tables in one statement. Trino plans a statement on one core, so that several are planned at
 * once, and rejects one of more than 150 stages.
 */
const READS_TOGETHER = 12;

interface Planned {
  expectation: Expectation;
  check?: Check;
  result?: ExpectationResult;
}

/** One suite: its expectations, and those of them that can be measured on its table. */
interface Part {
  target: Target;
  planned: Planned[];
  isUntouched?: boolean;
}

/**
 * Evaluates every expectation of the suites: as few statements as their size allows, and one more for the
 * samples of each expectation that failed. The promises are in the order of the suites.
 *
 * @throws transient errors of the client (Trino unavailable, busy, killed); a faulty expectation or
 *   statement fails that expectation.
 */
export function runSuites(suites: readonly SuiteOnTable[], asking: Asking): Promise<ExpectationResult[]>[] {
  const parts = suites.map(({ loaded, target, isUntouched }) => ({
    target,
    isUntouched,
    planned: loaded.suite.expectations.map((expectation) => plan(target, expectation, loaded.queries)),
  }));
  return statementsOf(parts).flatMap((group) => {
    const run = runTogether(group, asking);
    return group.map(async (_, index) => (await run)[index]!);
  });
}

export async function runSuite(
  loaded: LoadedSuite,
  target: Target,
  asking: Asking,
): Promise<ExpectationResult[]> {
  return runSuites([{ loaded, target }], asking)[0]!;
}

/** The suites that share a statement, in their order. */
function statementsOf(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = [];
  let room = 0;
  for (const part of parts) {
    const ofPart = readsOf(scanOf(measurable(part)));
    const reads = isLarge(part.target) && ofPart > 0 ? READS_TOGETHER : ofPart;
    if (groups.length === 0 || reads > room) {
      groups.push([]);
      room = READS_TOGETHER;
    }
    groups.at(-1)!.push(part);
    room -= reads;
  }
  return groups;
}

async function runTogether(parts: Part[], asking: Asking): Promise<ExpectationResult[][]> {
  const rowsInScope = await measure(parts.map(measurable), asking);
  await Promise.all(parts.flatMap(({ planned }) => planned).map((one) => addSamples(one, asking.ask)));
  return parts.map(({ planned, isUntouched }, index) => {
    const results = planned.flatMap(({ result }) => (result ? [result] : []));
    if (isUntouched) return [notTouchedNote(), ...results];
    return rowsInScope[index] === 0 ? [noRowsNote(), ...results] : results;
  });
}

function measurable({ target, planned }: Part): Part {
  return { target, planned: planned.filter(({ check }) => check) };
}

function scanOf({ target, planned }: Part): Scan {
  return { target, checks: planned.map(({ check }) => check!) };
}

function plan(target: Target, expectation: Expectation, queries: Record<string, string>): Planned {
  try {
    return { expectation, check: compileExpectation(target, expectation, queries) };
  } catch (error) {
    return { expectation, result: exceptionResult(expectation, error) };
  }
}

/**
 * Rows in scope of each part; null where they could not be counted. A failed statement is repeated per part
 * and then per expectation, to find the faulty one.
 */
async function measure(parts: Part[], asking: Asking): Promise<(number | null)[]> {
  const scans = parts.map(scanOf);
  const started_ms = Date.now();
  try {
    const sql = scanSql(scans);
    const [page, ...facts] = await Promise.all([
      sql === null ? null : asking.ask(sql),
      ...parts.map(({ planned }) => Promise.all(planned.map(({ check }) => factsOf(check!, asking.shared)))),
    ]);
    return scanValues(scans, firstRow(page)).map(({ rowsInScope, values }, part) => {
      parts[part]!.planned.forEach((one, index) =>
        settle(one, [...facts[part]![index]!, ...values[index]!], rowsInScope, Date.now() - started_ms),
      );
      return rowsInScope;
    });
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return measureApart(parts, error, asking);
  }
}

async function measureApart(parts: Part[], error: unknown, asking: Asking): Promise<(number | null)[]> {
  if (parts.length > 1)
    return (await Promise.all(parts.map((part) => measure([part], asking)))).map(([count]) => count ?? null);
  const [{ target, planned }] = parts as [Part];
  if (planned.length > 1) {
    const counts = await Promise.all(planned.map((one) => measure([{ target, planned: [one] }], asking)));
    return [counts.map(([count]) => count ?? null).find((count) => count !== null) ?? null];
  }
  for (const one of planned) one.result = exceptionResult(one.expectation, error);
  return [null];
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

function firstRow(page: Page | null): Cell[] {
  return page?.rows[0] ?? [];
}

function isOwnFault(error: unknown): boolean {
  return (
    error instanceof TrinoStatementError ||
    error instanceof TrinoInternalError ||
    error instanceof TrinoQueryTimeoutError
  );
}
