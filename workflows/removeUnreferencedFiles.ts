import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Removal } from '../activities/upkeep/removeUnreferenced';
import { Attributes } from '../core/searchAttributes';
import { heavy } from './proxyOptions';

export interface RemovalRequest {
  /** Remove what is found, or only list it (default: the worker's UPKEEP_REMOVE). */
  remove?: boolean;
}

/**
 * Looks through the whole lake, of all pipelines, for branches of interrupted runs and for files that no
 * other branch or tag refers to. A second run finds what is left.
 */
export async function removeUnreferencedFiles({ remove }: RemovalRequest): Promise<Removal> {
  upsertSearchAttributes([{ key: Attributes.runKind, value: 'upkeep' }]);
  const found = await heavy.removeUnreferenced({ remove });
  setCurrentDetails(removalText(found));
  return found;
}

export function removalText({ branches, files, bytes, removed }: Removal): string {
  const verb = removed ? 'removed' : 'would be removed';
  return (
    `${branches} branches of interrupted runs and ${files} files (${bytes} bytes) that ` +
    `nothing refers to ${verb}`
  );
}
