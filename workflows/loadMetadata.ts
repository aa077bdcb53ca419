import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { ReadMetadataResult } from '../activities/reference/readMetadata';
import type { MetadataFile } from '../core/source';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { download, waiting } from './proxyOptions';

export interface LoadMetadataInput {
  pipeline: string;
  /** Files that an operator has put into S3; if empty, the pipeline fetches its source's own tables. */
  files?: MetadataFile[];
  branch?: string;
  /**
   * Merge although gates and dbt tests fail: an operator has decided so for the rows that this load changes.
   */
  override?: { reason: string };
}

/** Rows read by table, and rows left out. */
type ReadCounts = Pick<
  ReadMetadataResult,
  'units' | 'regions' | 'interconnectors' | 'limits' | 'problems' | 'problemCount' | 'problemsUri'
>;

export interface LoadMetadataResult extends ReadCounts {
  refine: RefineResult;
}

/**
 * Replaces the slowly changing reference tables and refreshes what was joined from them, as one run in the
 * lane. Loading the same files again changes nothing.
 */
export async function loadMetadata(input: LoadMetadataInput): Promise<LoadMetadataResult> {
  const { pipeline, branch, override } = input;
  upsertSearchAttributes([{ key: Attributes.pipeline, value: pipeline }]);
  const read = await download.readMetadata({ pipeline, files: input.files ?? [] });
  const refine = await waiting.requestTurnResult({
    pipeline,
    branch,
    kind: 'metadata',
    requestedBy: workflowInfo().workflowId,
    ...(override ? { override } : {}),
    work: {
      kind: 'reference',
      load: {
        unitsUri: read.unitsUri,
        regionsUri: read.regionsUri,
        interconnectorsUri: read.interconnectorsUri,
        limitsUri: read.limitsUri,
        sourceName: read.sourceName,
      },
    },
  });
  const { units, regions, interconnectors, limits, problems, problemCount, problemsUri } = read;
  return { units, regions, interconnectors, limits, problems, problemCount, problemsUri, refine };
}
