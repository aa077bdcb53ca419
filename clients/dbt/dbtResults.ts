import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** One model or test that dbt ran or skipped. */
export interface DbtNode {
  unique_id: string;
  /** Last part of the unique id: `region_interval`, `fact_dispatch_keeps_rules`. */
  name: string;
  type: 'model' | 'test' | 'unit_test' | 'other';
  status: 'success' | 'pass' | 'warn' | 'fail' | 'error' | 'skipped' | 'other';
  execution_ms: number;
  message: string;
  /** Rows that break the rule; null for models. */
  failures: number | null;
  /** Rows written by a model's last statement, where Trino says so. */
  rows: number | null;
  /** The SQL as run, kept for nodes that did not succeed. */
  sql: string | null;
}

export interface DbtResults {
  invocation_id: string;
  passed: number;
  warned: number;
  failed: number;
  skipped: number;
  nodes: DbtNode[];
}

const STATUSES = ['success', 'pass', 'warn', 'fail', 'error', 'skipped'] as const;

/** The parts of dbt's run-results artifact (schema v6) that we rely on. */
const runResults = z.object({
  metadata: z.object({ invocation_id: z.string() }),
  results: z.array(
    z.object({
      unique_id: z.string(),
      status: z.string(),
      execution_time: z.number(),
      message: z.string().nullish(),
      failures: z.number().nullish(),
      adapter_response: z.record(z.string(), z.unknown()).nullish(),
      compiled_code: z.string().nullish(),
    }),
  ),
});

/** Reads `run_results.json` of one run's target folder; null when dbt ended before it wrote one. */
export async function readDbtResults(targetDir: string): Promise<DbtResults | null> {
  const text = await fs.readFile(path.join(targetDir, 'run_results.json'), 'utf8').catch(() => null);
  return text === null ? null : parseDbtResults(text);
}

/** @throws ZodError when the artifact is not the one this version of dbt is pinned to write. */
export function parseDbtResults(text: string): DbtResults {
  const artifact = runResults.parse(JSON.parse(text));
  const nodes = artifact.results.map(toNode);
  const count = (...statuses: DbtNode['status'][]): number =>
    nodes.filter((node) => statuses.includes(node.status)).length;
  return {
    invocation_id: artifact.metadata.invocation_id,
    nodes,
    passed: count('success', 'pass'),
    warned: count('warn'),
    failed: count('fail', 'error', 'other'),
    skipped: count('skipped'),
  };
}

function toNode(result: z.infer<typeof runResults>['results'][number]): DbtNode {
  const status = STATUSES.find((known) => known === result.status) ?? 'other';
  const [type, , name] = result.unique_id.split('.');
  const rows = Number(result.adapter_response?.rows_affected ?? Number.NaN);
  return {
    unique_id: result.unique_id,
    name: type === 'unit_test' ? result.unique_id.split('.').slice(2).join('.') : (name ?? result.unique_id),
    type: type === 'model' || type === 'test' || type === 'unit_test' ? type : 'other',
    status,
    execution_ms: Math.round(result.execution_time * 1_000),
    message: result.message ?? '',
    failures: result.failures ?? null,
    rows: rows >= 0 ? rows : null,
    sql: status === 'success' || status === 'pass' ? null : (result.compiled_code ?? null),
  };
}
