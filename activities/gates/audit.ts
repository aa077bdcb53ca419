import type { LoadedSuite } from '../../core/gates/catalogue';
import { catalogOfBranch, MAIN_BRANCH } from '../../core/ids';
import type { SuiteResult } from '../../core/gates/result';
import { gateResultRows } from '../../core/gates/resultRows';
import type { AuditInput, AuditResult } from '../../core/steps';
import { touchedOf } from '../../core/touched';
import { pipelineNamed } from '../../pipelines/registry';
import type { NessieClient } from '../../nessie/client';
import type { TrinoClient } from '../../trino/client';
import { heartbeat } from '../boundary';
import type { ObjectStore } from '../../clients/s3/objectStore';
import { loadSuites } from './gateSuites';
import { auditId, auditTables, type Audit } from './gates';

export interface AuditDeps {
  nessie: NessieClient;
  trino: TrinoClient;
  store: ObjectStore;
  signal(): AbortSignal;
}

export function createAuditActivities(deps: AuditDeps) {
  return {
    /**
     * Audits the slot at one hash with the pipeline's suites of the stages asked for, and keeps the results
     * in S3 under a name that is stable for the same audit. A failed expectation is a result, not an error.
     * Only reads the lake, so a repeat gives the same.
     */
    async auditTables(input: AuditInput): Promise<AuditResult> {
      const audit = await auditTables({
        suites: suitesOf(input),
        trino: deps.trino,
        catalog: input.slot,
        branch: input.slot,
        hash: input.hash,
        ...(input.branch === MAIN_BRANCH ? { baseCatalog: catalogOfBranch(MAIN_BRANCH) } : {}),
        pipeline: input.pipeline,
        run: { runId: input.runId, touched: touchedOf(input, pipelineNamed(input.pipeline)) },
        readHead: async () => (await deps.nessie.getReference(input.slot)).hash,
        signal: deps.signal(),
        onSuite: (done, all) => heartbeat({ suites: `${done} of ${all}` }),
      });
      const prefix = `gates/${input.pipeline}/${input.runId}/${auditId(input.runId, input.hash, input.stages)}`;
      const { rowsUri, resultUris } = await keepResults(deps.store, prefix, audit.results);
      return summaryOf(audit, rowsUri, resultUris);
    },
  };
}

function suitesOf(input: AuditInput): LoadedSuite[] {
  const stages = new Set<string>(input.stages);
  return loadSuites(input.pipeline).filter(({ suite }) =>
    stages.has(suite.meta?.currents?.stage ?? 'silver'),
  );
}

async function keepResults(
  store: ObjectStore,
  prefix: string,
  results: SuiteResult[],
): Promise<{ rowsUri: string; resultUris: string[] }> {
  const resultUris = await Promise.all(
    results.map(async (result) => {
      const key = `${prefix}/${result.suite_name}.json`;
      await store.put(key, JSON.stringify(result, null, 1));
      return store.uri(key);
    }),
  );
  const rows = results.flatMap((result, index) => gateResultRows(result, resultUris[index]!));
  await store.put(`${prefix}/rows.ndjson`, rows.map((row) => JSON.stringify(row)).join('\n'));
  return { rowsUri: store.uri(`${prefix}/rows.ndjson`), resultUris };
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
