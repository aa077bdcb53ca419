import { MisnamedMergeFieldError, type NessieConflictDetail } from './errors';
import { conflictDetails } from './http';
import { dotted, type MergeAnswer } from './model';

export interface MergeRequest {
  from: string;
  /** The commit to merge: the one that was audited. */
  fromHash: string;
  into: string;
  /**
   * Oldest target commit the caller knows; other tables may have changed since, the merged ones may not.
   * Default: the head.
   */
  expectedIntoHash?: string;
  message: string;
  properties?: Record<string, string>;
  isDryRun?: boolean;
}

export interface MergeResult {
  /** True only if this very call made a commit. */
  wasApplied: boolean;
  /** False on a conflict. */
  wasSuccessful: boolean;
  /** The merge commit, if applied. */
  resultantTargetHash: string | null;
  commonAncestor: string | null;
  keys: string[];
  conflicts: NessieConflictDetail[];
}

/**
 * Names in the published OpenAPI document that the server ignores, and the names it reads
 * (projectnessie/nessie#12130).
 */
const MISNAMED: Record<string, string> = {
  dryRun: 'isDryRun',
  returnConflictAsResult: 'isReturnConflictAsResult',
  fetchAdditionalInfo: 'isFetchAdditionalInfo',
  keepIndividualCommits: 'one squashed commit, the only kind API v2 makes',
};

/** @throws MisnamedMergeFieldError when the request, typed or not, holds a name the server would ignore. */
export function mergeBody(request: MergeRequest): Record<string, unknown> {
  for (const [found, expected] of Object.entries(MISNAMED)) {
    if (found in request) throw new MisnamedMergeFieldError(found, expected);
  }
  return {
    fromRefName: request.from,
    fromHash: request.fromHash,
    isDryRun: request.isDryRun ?? false,
    isReturnConflictAsResult: true,
    commitMeta: { message: request.message, properties: request.properties ?? {} },
  };
}

export function mergeResult(answer: MergeAnswer): MergeResult {
  const conflicting = answer.details.flatMap((detail) =>
    detail.conflict ? [{ ...detail.conflict, key: detail.key }] : [],
  );
  return {
    wasApplied: answer.wasApplied,
    wasSuccessful: answer.wasSuccessful,
    resultantTargetHash: answer.wasApplied ? (answer.resultantTargetHash ?? null) : null,
    commonAncestor: answer.commonAncestor ?? null,
    keys: answer.details.map((detail) => dotted(detail.key)),
    conflicts: conflictDetails(conflicting),
  };
}
