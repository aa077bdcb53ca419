import type { LoadedSuite } from '../../core/gates/catalogue';
import type { Target } from '../../core/gates/check';
import { ExpectationNotApplicableError } from '../../core/gates/errors';
import { exceptionResult, type ExpectationResult } from '../../core/gates/result';
import type { Binding } from '../../core/gates/suite';
import { isOfCounts, isUntouched, missingRowsOnly } from '../../core/gates/untouched';
import { pipelineNamed } from '../../pipelines/registry';
import { TrinoStatementError } from '../../trino/errors';
import type { Ask } from './suiteRun';
import { bindingOf, columnsOf, emptyTarget, targetOf, type Audited, type Columns } from './suiteTargets';

/** Suites to audit, and what is known of their tables without a look. */
export interface SuitesRequest extends Audited {
  suites: LoadedSuite[];
  /** For suites without `meta.currents`: the table they are about, all of its rows. */
  table?: string;
  /**
   * Tables that the run changed. Of a suite that none of them is about, only expectations that notice missing
   * rows are judged. Undefined: every suite is judged in full.
   */
  changed?: readonly string[];
  /** Columns by `schema.table`; asked of the catalog unless given. */
  columnsOf?: AskColumns;
}

type AskColumns = (tables: readonly string[], ask: Ask) => Promise<Map<string, Columns>>;

/** One suite on its way through the audit; without a target it has failed already. */
export interface SuiteAudit extends BoundSuite {
  target: Target | null;
  results: ExpectationResult[];
  elapsed_ms: number;
}

interface BoundSuite {
  /** As it is judged: all of it, or what notices missing rows of a table that the run did not touch. */
  loaded: LoadedSuite;
  binding: Binding;
  isUntouched: boolean;
}

export async function suitesOnTables(request: SuitesRequest, ask: Ask): Promise<SuiteAudit[]> {
  const bound = request.suites.map((loaded) => boundSuite(request, loaded));
  const opened = bound.filter((one) => !isAnswered(one)).map(({ binding }) => binding.table);
  const columns = await (request.columnsOf ?? askedColumns(request))([...new Set(opened)], ask).catch(
    notThere,
  );
  return Promise.all(bound.map((one) => onTable(request, one, ask, columns?.get(one.binding.table))));
}

function boundSuite(request: SuitesRequest, loaded: LoadedSuite): BoundSuite {
  const binding = bindingOf(loaded, request.pipeline, request.table);
  const pipeline = pipelineNamed(request.pipeline);
  if (!request.changed || !isUntouched(pipeline, loaded, binding.table, request.changed))
    return { loaded, binding, isUntouched: false };
  return { loaded: { ...loaded, suite: missingRowsOnly(loaded.suite) }, binding, isUntouched: true };
}

/** Whether an untouched table need not be opened: nothing is asked of it, or the run's counts answer. */
function isAnswered({ loaded: { suite }, binding, isUntouched }: BoundSuite): boolean {
  return isUntouched && (suite.expectations.length === 0 || (binding.scope === 'run' && isOfCounts(suite)));
}

function askedColumns({ catalog }: SuitesRequest): AskColumns {
  return (tables, ask) => columnsOf(catalog, tables, ask);
}

/** A missing table, or a scope that does not apply to it, fails all expectations of its suite. */
async function onTable(
  request: SuitesRequest,
  bound: BoundSuite,
  ask: Ask,
  columns: Columns | undefined,
): Promise<SuiteAudit> {
  const { loaded, binding } = bound;
  const blank = { ...bound, target: null, results: [], elapsed_ms: 0 };
  if (isAnswered(bound)) return { ...blank, target: emptyTarget(request, loaded, binding) };
  try {
    return { ...blank, target: await targetOf(request, loaded, binding, ask, columns) };
  } catch (error) {
    return { ...blank, results: failedAll(blank, error) };
  }
}

/** @throws the error itself where it is not about the table. */
export function failedAll({ loaded }: Pick<SuiteAudit, 'loaded'>, error: unknown): ExpectationResult[] {
  if (!(error instanceof TrinoStatementError) && !(error instanceof ExpectationNotApplicableError))
    throw error;
  return loaded.suite.expectations.map((expectation) => exceptionResult(expectation, error));
}

/** Null for what a statement does not find: a table that the run itself created has no standing failures. */
export function notThere(error: unknown): null {
  if (error instanceof TrinoStatementError) return null;
  throw error;
}
