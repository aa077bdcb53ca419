import { CurrentsError } from '../../core/errors';

/** The list of referenced files has nothing in common with the store: removal would delete everything. */
export class ReferencedFilesIncompleteError extends CurrentsError {
  constructor(referenced: number, stored: number) {
    super(
      `upkeep: expected some of the ${stored} stored files among the ${referenced} that the ` +
        'lake refers to, found none',
      {
        code: 'REFERENCED_FILES_INCOMPLETE',
        kind: 'internal',
        retryable: false,
        hint:
          'Nothing was removed. Check that NESSIE_URL is the lake of this LAKE_BUCKET; compare with ' +
          'the location of its tables: npx currents query \"select \\\"$path\\\" from ' +
          '<schema>.<table> limit 1\"',
      },
    );
  }
}

/** A branch or tag holds content whose files are unknown, so no file counts as unreferenced. */
export class LakeContentUnknownError extends CurrentsError {
  constructor(key: string, type: string, hash: string) {
    super(
      `upkeep: expected Iceberg tables, views and namespaces in the lake, found ${key} of type ` +
        `${type} in commit ${hash}`,
      {
        code: 'LAKE_CONTENT_UNKNOWN',
        kind: 'data',
        retryable: false,
        hint:
          'Nothing was removed: its files are not known. Drop it from the branches that have it, or ' +
          'keep it out of this Nessie, then run npx currents upkeep again.',
      },
    );
  }
}
