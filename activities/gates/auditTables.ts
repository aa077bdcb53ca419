import { createHash } from 'node:crypto';
import type { LoadedSuite } from '../../core/gates/catalogue';
import { AuditedHashMovedError } from '../../core/gates/errors';
import { suiteResult, type ExpectationResult, type SuiteResult } from '../../core/gates/result';
import { gateLines, type GateLines } from '../../core/gates/summary';
import { verdictOf, type Verdict } from '../../core/gates/verdict';
import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import { limited } from '../../core/limited';
import type { AuditInput, AuditResult } from '../../core/steps';
import { touchedOf } from '../../core/touched';
import type { ObjectStore } from '../../clients/s3/objectStore';
import type { NessieClient } from '../../nessie/client';
import { pipelineNamed } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { heartbeat } from '../boundary';
import { auditedCommit } from './auditedCommit';
import { keepResults } from './gateResults';
import { loadSuites } from './gateSuites';
import { KnownColumns } from './knownColumns';
import { isBlocking, withStanding } from './standing';
import { askedOnce, askedTwice, runSuites, type Asking } from './suiteRun';
import { failedAll, notThere, suitesOnTables, type SuiteAudit, type SuitesRequest } from './suitesOnTables';
import { targetOf } from './suiteTargets';

/** Statements in Trino at once, over all suites: their cost is planning and metadata, not rows. */
const STATEMENTS_AT_ONCE = 4;
const STATEMENT_TIMEOUT_MS = 5 * 60_000;

/**
 * Planning is most of a statement over one interval (measured: 1.0 to 2.6 s of 1.7 to 4.1 s on a busy
 * machine). The single rows that a statement joins need no order, and its other joins are written in theirs.
 */
const PLAN_AS_WRITTEN = { enable_stats_calculator: 'false', join_reordering_strategy: 'NONE' };

export interface AuditDeps {
  nessie: NessieClient;
  trino: TrinoClient;
  store: ObjectStore;
  signal(): AbortSignal;
}

export function createAuditActivities(deps: AuditDeps) {
  const known = new KnownColumns();
  return {
    /**
     * Audits the slot at one hash with the pipeline's suites of the stages asked for, and keeps the results
     * in S3 under a name that is stable for the same audit. A failed expectation is a result, not an error.
     * Only reads the lake, so a repeat gives the same.
     */
    async auditTables(input: AuditInput): Promise<AuditResult> {
      const commit = await auditedCommit(deps.nessie, input);
      const found = await audit({
        suites: suitesOf(input),
        trino: deps.trino,
        catalog: input.slot,
        branch: input.slot,
        hash: input.hash,
        ...(input.branch === MAIN_BRANCH ? { baseCatalog: catalogOfBranch(MAIN_BRANCH) } : {}),
        pipeline: input.pipeline,
        run: { runId: input.runId, touched: touchedOf(input, pipelineNamed(input.pipeline)) },
        stages: input.stages,
        changed: commit.changed,
        columnsOf: (tables, ask) => known.of(input.slot, tables, commit, ask),
        readHead: async () => (await deps.nessie.getReference(input.slot)).hash,
        signal: deps.signal(),
        onSuite: (done, all) => heartbeat({ suites: `${done} of ${all}` }),
      });
      const prefix = `gates/${input.pipeline}/${input.runId}/${auditId(input.runId, input.hash, input.stages)}`;
      const { rowsUri, resultUris } = await keepResults(deps.store, prefix, found.results);
      return summaryOf(found, rowsUri, resultUris);
    },
  };
}

function suitesOf(input: AuditInput): LoadedSuite[] {
  const stages = new Set<string>(input.stages);
  return loadSuites(input.pipeline).filter(({ suite }) =>
    stages.has(suite.meta?.currents?.stage ?? 'silver'),
  );
}

/** A name for result documents that is stable for the same audit. */
function auditId(runId: string, hash: string, stages: readonly string[]): string {
  return createHash('sha256')
    .update([runId, hash, ...stages].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

function summaryOf({ verdict, lines }: Audit, rowsUri: string, resultUris: string[]): AuditResult {
  return {
    passed: verdict.passed,
    onlyIncomplete: verdict.onlyIncomplete,
    evaluated: verdict.evaluated,
    failed: verdict.failed,
    rowsUri,
    resultUris,
    failures: lines.failures.slice(0, 20),
    warnings: lines.warnings.slice(0, 20),
  };
}

export interface AuditRequest extends SuitesRequest {
  trino: TrinoClient;
  branch: string;
  /** The commit the verdict is about. */
  hash: string;
  /** Stages, to mark the statements in Trino. */
  stages?: readonly string[];
  /** The branch's current hash; read before and after. */
  readHead: () => Promise<string>;
  /** Catalog of the target branch; an equal failure there is reported as standing. */
  baseCatalog?: string;
  signal?: AbortSignal;
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
export async function audit(request: AuditRequest): Promise<Audit> {
  await checkHead(request, 'before');
  const results = await auditSuites(request);
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

function askingOf(request: AuditRequest): Asking {
  const limit = limited(STATEMENTS_AT_ONCE);
  const clientTags = [request.run.runId, 'gates', ...(request.stages ?? [])];
  const ask = askedTwice((sql) =>
    limit(() =>
      request.trino.runQuery(sql, {
        catalog: request.catalog,
        source: 'currents-gates',
        clientTags,
        sessionProperties: PLAN_AS_WRITTEN,
        signal: request.signal,
        timeout_ms: STATEMENT_TIMEOUT_MS,
      }),
    ),
  );
  return { ask, shared: askedOnce(ask) };
}

async function auditSuites(request: AuditRequest): Promise<SuiteResult[]> {
  const started_ms = Date.now();
  const asking = askingOf(request);
  const all = await suitesOnTables(request, asking.ask);
  const found = all.flatMap((one) => (one.target ? [{ ...one, one, target: one.target }] : []));
  let done = all.length - found.length;
  const finish = async (one: SuiteAudit, results: ExpectationResult[]): Promise<void> => {
    one.results = await standingIn(request, one, results, asking).catch((error) => failedAll(one, error));
    one.elapsed_ms = Date.now() - started_ms;
    request.onSuite?.((done += 1), all.length);
  };
  await Promise.all(
    runSuites(found, asking).map(async (results, index) => finish(found[index]!.one, await results)),
  );
  return all.map((one) => documentOf(request, one, started_ms));
}

/** Looks at the target branch only after a failure, since most audits have none. */
async function standingIn(
  request: AuditRequest,
  { loaded, binding, target }: SuiteAudit,
  results: ExpectationResult[],
  asking: Asking,
): Promise<ExpectationResult[]> {
  const catalog = request.baseCatalog;
  if (catalog === undefined || !target || !results.some(isBlocking)) return results;
  const before = await targetOf({ ...request, catalog }, loaded, binding, asking.ask).catch(notThere);
  return withStanding(results, loaded, target, before, binding.key_columns, asking);
}

function documentOf(
  request: AuditRequest,
  { loaded, binding, results, elapsed_ms }: SuiteAudit,
  started_ms: number,
): SuiteResult {
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
    elapsed_ms,
  });
}
