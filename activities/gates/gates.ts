import { createHash } from 'node:crypto';
import type { LoadedSuite } from '../../core/gates/catalogue';
import type { Target } from '../../core/gates/check';
import { AuditedHashMovedError } from '../../core/gates/errors';
import {
  exceptionResult,
  suiteResult,
  type ExpectationResult,
  type SuiteResult,
} from '../../core/gates/result';
import { scopePredicate, type RunScope } from '../../core/gates/scope';
import type { Binding } from '../../core/gates/suite';
import { gateLines, type GateLines } from '../../core/gates/summary';
import { verdictOf, type Verdict } from '../../core/gates/verdict';
import { limited } from '../../core/limited';
import { timeOfTable } from '../../core/pipeline';
import { pipelineNamed } from '../../pipelines/registry';
import { quoteDotted, quoteName } from '../../core/sqlText';
import type { TrinoClient } from '../../trino/client';
import { TrinoStatementError } from '../../trino/errors';
import { isBlocking, withStanding } from './standing';
import { askedOnce, askedTwice, runSuite, type Ask, type Asking } from './suiteRun';

/** Statements in Trino at once, over all suites: their cost is planning and metadata, not rows. */
const STATEMENTS_AT_ONCE = 4;
const STATEMENT_TIMEOUT_MS = 5 * 60_000;

/** Kafka coordinates and origin, shown in samples where a table has them. */
const ORIGIN_COLUMNS = ['topic', 'partition', 'offset', 'source_file', 'source_line'];

export interface AuditRequest {
  suites: LoadedSuite[];
  trino: TrinoClient;
  /** Trino catalog that shows the branch. */
  catalog: string;
  branch: string;
  /** The commit the verdict is about. */
  hash: string;
  pipeline: string;
  run: RunScope;
  /** The branch's current hash; read before and after. */
  readHead: () => Promise<string>;
  /** Catalog of the target branch; an equal failure there is reported as standing. */
  baseCatalog?: string;
  signal?: AbortSignal;
  /** For suites without `meta.currents`: the table they are about, all of its rows. */
  table?: string;
  /** Called after each suite. */
  onSuite?: (done: number, all: number) => void;
}

export interface Audit {
  verdict: Verdict;
  results: SuiteResult[];
  lines: GateLines;
}

/**
 * Audits one commit of a branch. Only reads, so it may be repeated.
 *
 * @throws AuditedHashMovedError when the branch has another hash before or after; transient errors of Trino.
 */
export async function auditTables(request: AuditRequest): Promise<Audit> {
  await checkHead(request, 'before');
  const ask = limitedAsk(request);
  const asking = { ask, shared: askedOnce(ask) };
  let done = 0;
  const results = await Promise.all(
    request.suites.map(async (suite) => {
      const result = await auditSuite(request, suite, asking);
      request.onSuite?.((done += 1), request.suites.length);
      return result;
    }),
  );
  await checkHead(request, 'after');
  return {
    verdict: verdictOf(results, pipelineNamed(request.pipeline).retakeWhenOnly),
    results,
    lines: gateLines(results),
  };
}

async function checkHead(request: AuditRequest, when: 'before' | 'after'): Promise<void> {
  const head = await request.readHead();
  if (head !== request.hash) throw new AuditedHashMovedError(request.branch, request.hash, head, when);
}

function limitedAsk(request: AuditRequest): Ask {
  const limit = limited(STATEMENTS_AT_ONCE);
  const clientTags = [request.run.runId, 'gates'];
  return askedTwice((sql) =>
    limit(() =>
      request.trino.runQuery(sql, {
        catalog: request.catalog,
        source: 'currents-gates',
        clientTags,
        signal: request.signal,
        timeout_ms: STATEMENT_TIMEOUT_MS,
      }),
    ),
  );
}

async function auditSuite(request: AuditRequest, loaded: LoadedSuite, asking: Asking): Promise<SuiteResult> {
  const started_ms = Date.now();
  const binding = bindingOf(request, loaded);
  const results = await resultsOf(request, loaded, binding, asking);
  return suiteResult(loaded.suite, results, {
    pipeline: request.pipeline,
    run_id: request.run.runId,
    stage: binding.stage,
    table: binding.table,
    scope: binding.scope,
    touched: request.run.touched,
    branch: request.branch,
    hash: request.hash,
    validation_time: new Date(started_ms).toISOString(),
    elapsed_ms: Date.now() - started_ms,
  });
}

/** A missing table fails all its expectations. */
async function resultsOf(
  request: AuditRequest,
  loaded: LoadedSuite,
  binding: Binding,
  asking: Asking,
): Promise<ExpectationResult[]> {
  try {
    const target = await targetOf(request, loaded, binding, asking.ask);
    const results = await runSuite(loaded, target, asking);
    return await standingIn(request, loaded, binding, { target, results }, asking);
  } catch (error) {
    if (
      !(error instanceof TrinoStatementError) &&
      (error as { code?: string }).code !== 'GATE_EXPECTATION_NOT_APPLICABLE'
    )
      throw error;
    return loaded.suite.expectations.map((expectation) => exceptionResult(expectation, error));
  }
}

/** Looks at the target branch only after a failure, since most audits have none. */
async function standingIn(
  request: AuditRequest,
  loaded: LoadedSuite,
  binding: Binding,
  { target, results }: { target: Target; results: ExpectationResult[] },
  asking: Asking,
): Promise<ExpectationResult[]> {
  const catalog = request.baseCatalog;
  if (catalog === undefined || !results.some(isBlocking)) return results;
  const before = await targetOf({ ...request, catalog }, loaded, binding, asking.ask).catch(notThere);
  return withStanding(results, loaded, target, before, binding.key_columns, asking);
}

/** A table created by the run itself has no standing failures. */
function notThere(error: unknown): null {
  if (error instanceof TrinoStatementError) return null;
  throw error;
}

/** The table a suite is about, as expectations are compiled for it. */
export async function targetOf(
  request: Pick<AuditRequest, 'catalog' | 'pipeline' | 'run'>,
  { suite }: Pick<LoadedSuite, 'suite'>,
  binding: Binding,
  ask: Ask,
): Promise<Target> {
  const table = quoteDotted(`${request.catalog}.${binding.table}`);
  const shape = await ask(`SELECT * FROM ${table} LIMIT 0`);
  const columns = new Map(shape.columns.map(({ name, type }) => [name, type]));
  const pipeline = pipelineNamed(request.pipeline);
  const time = timeOfTable(pipeline, binding.table);
  return {
    suite: suite.name,
    pipeline: request.pipeline,
    name: binding.table,
    table,
    catalog: request.catalog,
    columns,
    where: scopePredicate(suite.name, binding, columns, request.run, time),
    runId: request.run.runId,
    touched: request.run.touched,
    time,
    timeOf: (name) => timeOfTable(pipeline, name),
    step_ms: pipeline.intake.kind === 'files' ? pipeline.intake.step_ms : undefined,
    sampleColumns: [...binding.key_columns, ...ORIGIN_COLUMNS]
      .filter((name) => columns.has(name))
      .map(quoteName),
  };
}

function bindingOf(request: AuditRequest, { suite }: LoadedSuite): Binding {
  const table = request.table ?? 'unknown.unknown';
  return (
    suite.meta?.currents ?? {
      pipeline: request.pipeline,
      stage: 'silver',
      table,
      scope: 'table',
      key_columns: [],
    }
  );
}

/** A name for result documents that is stable for the same audit. */
export function auditId(runId: string, hash: string, stages: readonly string[]): string {
  return createHash('sha256')
    .update([runId, hash, ...stages].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
