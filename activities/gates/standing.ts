import type { LoadedSuite } from '../../core/gates/catalogue';
import { compileExpectation } from '../../core/gates/catalogue';
import type { Target } from '../../core/gates/check';
import type { ExpectationResult } from '../../core/gates/result';
import { ownTable } from '../../core/gates/runFacts';
import type { Expectation } from '../../core/gates/suite';
import { columnOfKwargs, titleOf } from '../../core/gates/summary';
import { quoteName, quoteText } from '../../core/sqlText';
import { TrinoStatementError } from '../../trino/errors';
import { runSuite, type Ask, type Asking } from './suiteRun';

/**
 * Rows that an operator has merged by override must not fail every later run that touches them. An
 * expectation that fails on the target branch by exactly the same rows is a warning that names the first such
 * run. It fails as before after one more row or one changed value: that needs an operator again.
 */
export async function withStanding(
  results: ExpectationResult[],
  loaded: LoadedSuite,
  now: Target,
  before: Target | null,
  keys: string[],
  asking: Asking,
): Promise<ExpectationResult[]> {
  const failed = results.filter(isBlocking);
  if (failed.length === 0 || before === null) return results;
  const standing = new Map<ExpectationResult, ExpectationResult>();
  for (const result of failed) {
    const found = await standingOf(result, loaded, { now, before, keys }, asking);
    if (found) standing.set(result, found);
  }
  return results.map((result) => standing.get(result) ?? result);
}

/** A failure that counts towards the verdict and could be evaluated. */
export function isBlocking({ success, expectation_config, exception_info }: ExpectationResult): boolean {
  return (
    !success &&
    !exception_info.raised_exception &&
    ['critical', 'error'].includes(expectation_config.severity)
  );
}

interface Compared {
  now: Target;
  before: Target;
  keys: string[];
}

async function standingOf(
  result: ExpectationResult,
  loaded: LoadedSuite,
  compared: Compared,
  asking: Asking,
): Promise<ExpectationResult | null> {
  const expectation = result.expectation_config as Expectation;
  const alone = { ...loaded, suite: { ...loaded.suite, expectations: [expectation] } };
  const earlier = (await runSuite(alone, compared.before, asking)).at(-1);
  if (!earlier || !isBlocking(earlier)) return null;
  const isSame =
    (await sameRows(expectation, loaded, compared, asking.ask)) ?? sameCounts(result.result, earlier.result);
  return isSame ? asWarning(result, await sinceRun(expectation, compared.before, asking.ask)) : null;
}

/** Undefined when the failure is not about rows identified by the suite's key columns. */
async function sameRows(
  expectation: Expectation,
  { queries }: LoadedSuite,
  { now, before, keys }: Compared,
  ask: Ask,
): Promise<boolean | undefined> {
  const [found, known] = [now, before].map(
    (target) => compileExpectation(target, expectation, queries).offending,
  );
  if (found === undefined || known === undefined || keys.length === 0) return undefined;
  const columns = (await ask(`SELECT * FROM (${found}) LIMIT 0`)).columns.map(({ name }) => name);
  if (!keys.every((key) => columns.includes(key))) return undefined;
  const about = (columnOfKwargs(expectation.kwargs) ?? '')
    .split(', ')
    .filter((name) => columns.includes(name));
  const named = [...new Set([...keys, ...about])].map(quoteName).join(', ');
  const { rows } = await ask(
    `SELECT count(*) FROM (SELECT ${named} FROM (${found}) EXCEPT SELECT ${named} FROM (${known}))`,
  );
  return Number(rows[0]?.[0] ?? 0) === 0;
}

function sameCounts(now: ExpectationResult['result'], before: ExpectationResult['result']): boolean {
  const [more, same] = [now.unexpected_count ?? 0, before.unexpected_count ?? 0];
  if (same === 0) return JSON.stringify(now.observed_value) === JSON.stringify(before.observed_value);
  return more <= same;
}

function asWarning(result: ExpectationResult, since: string): ExpectationResult {
  const { expectation_config: config } = result;
  const title = `${titleOf(result)} (standing since ${since})`;
  return {
    ...result,
    expectation_config: {
      ...config,
      severity: 'warning',
      meta: { ...config.meta, title, severity_without_standing: config.severity },
    },
  };
}

/** The newest run that failed it in full: later runs have it as a warning. */
async function sinceRun(expectation: Expectation, before: Target, ask: Ask): Promise<string> {
  const sql =
    `SELECT max_by(run_id, recorded_at) FROM ${ownTable(before, 'gate_results')} WHERE NOT success ` +
    `AND suite = ${quoteText(before.suite)} ` +
    `AND expectation = ${quoteText(expectation.type)} AND severity IN ('critical', 'error')`;
  try {
    return `run ${String((await ask(sql)).rows[0]?.[0] ?? 'of an earlier time')}`;
  } catch (error) {
    if (error instanceof TrinoStatementError) return 'a run that is not recorded';
    throw error;
  }
}
