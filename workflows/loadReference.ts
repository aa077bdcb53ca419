import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ReadReferenceResult } from '../activities/reference/readReference';
import type { ReferenceFile } from '../core/reference';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { download, waiting } from './proxyOptions';

export interface LoadReferenceInput {
  pipeline: string;
  /** Files that an operator has put into S3; if empty, the pipeline fetches its source's own tables. */
  files?: ReferenceFile[];
  branch?: string;
  /**
   * Merge although gates and dbt tests fail: an operator has decided so for the rows that this load changes.
   */
  override?: { reason: string };
}

export interface LoadReferenceResult extends Pick<
  ReadReferenceResult,
  'problems' | 'problemCount' | 'problemsUri'
> {
  /** Rows read by table. */
  tables: Record<string, number>;
  refine: RefineResult;
}

/**
 * Replaces the slowly changing reference tables and refreshes what was joined from them, as one run in the
 * lane. Loading the same files again changes nothing.
 */
export async function loadReference(input: LoadReferenceInput): Promise<LoadReferenceResult> {
  const { pipeline, branch, override } = input;
  upsertSearchAttributes([{ key: Attributes.pipeline, value: pipeline }]);
  const read = await download.readReference({ pipeline, files: input.files ?? [] });
  const { problems, problemCount, problemsUri, sourceName } = read;
  const refine = await waiting.requestTurnResult({
    pipeline,
    branch,
    kind: 'metadata',
    requestedBy: workflowInfo().workflowId,
    ...(override ? { override } : {}),
    work: { kind: 'reference', load: { tables: eachTable(read, ({ uri }) => uri), sourceName } },
  });
  return { tables: eachTable(read, ({ rows }) => rows), problems, problemCount, problemsUri, refine };
}

function eachTable<T>(
  { tables }: ReadReferenceResult,
  value: (table: ReadReferenceResult['tables'][string]) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, value(table)]));
}
