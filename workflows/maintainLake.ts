import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { Removal } from '../activities/upkeep/removeUnreferenced';
import type { RefineResult } from '../core/runs';
import { Attributes } from '../core/searchAttributes';
import { heavy, waiting } from './proxyOptions';
import { removalText } from './removeUnreferencedFiles';

export interface MaintainInput {
  pipeline: string;
  /** `schema.table`; all of the pipeline's when left out. */
  tables?: string[];
  /**
   * Remove branches of interrupted runs and unreferenced files, or only list them (default: the worker's
   * UPKEEP_REMOVE, which lists).
   */
  remove?: boolean;
  /**
   * Look for branches of interrupted runs and unreferenced files in the whole lake (default true). Each
   * pipeline's schedule leaves this to `removeUnreferencedFiles`, so that it is done once.
   */
  wholeLake?: boolean;
}

export interface MaintainResult {
  tables: Pick<RefineResult, 'status' | 'runId' | 'mergeHash' | 'durations_ms'>;
  /** Null where it was left out. */
  unreferenced: Removal | null;
  expired: Pick<Removal, 'removed' | 'files' | 'bytes'>;
}

/**
 * Keeps the lake quick and small: rewrites small files through the lane and a merge, then looks for branches
 * of interrupted runs, for unreferenced files and for expired staged rows and documents. Removes nothing
 * unless `remove` is set. A second run finds nothing to do.
 */
export async function maintainLake(input: MaintainInput): Promise<MaintainResult> {
  const { pipeline, tables, remove, wholeLake = true } = input;
  upsertSearchAttributes([
    { key: Attributes.pipeline, value: pipeline },
    { key: Attributes.runKind, value: 'upkeep' },
  ]);
  const { status, runId, mergeHash, durations_ms } = await waiting.requestTurnResult({
    pipeline,
    kind: 'upkeep',
    work: { kind: 'upkeep', tables },
    requestedBy: workflowInfo().workflowId,
  });
  const unreferenced = wholeLake ? await heavy.removeUnreferenced({ pipeline, remove }) : null;
  const expired = await heavy.removeExpired({ pipeline, remove });
  const verb = expired.removed ? 'removed' : 'would be removed';
  setCurrentDetails(
    [
      `tables ${status}`,
      ...(unreferenced ? [removalText(unreferenced)] : []),
      `${expired.files} staged objects and documents past their time ${verb}`,
    ].join('; '),
  );
  return { tables: { status, runId, mergeHash, durations_ms }, unreferenced, expired };
}
