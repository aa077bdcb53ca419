import { CurrentsError } from '../../../core/errors';

/** Columns without which its rows mean nothing are missing from a metadata file. */
export class MetadataColumnsError extends CurrentsError {
  constructor(source: string, missing: readonly string[], found: readonly string[]) {
    super(
      `${source}: expected columns ${missing.join(', ')}, found ${found.filter(Boolean).join(', ') || 'none'}`,
      {
        code: 'METADATA_COLUMNS',
        kind: 'user',
        retryable: false,
        details: { missing, found },
        hint: "Add the columns; names are compared without regard to case, blanks and punctuation, and the operator's own names are known.",
      },
    );
  }
}

/** A metadata file is not the kind of file it should be. */
export class MetadataFormatError extends CurrentsError {
  constructor(source: string, expected: string, found: string, cause?: unknown) {
    super(
      `${source}: expected ${expected}, found ${found}`,
      {
        code: 'METADATA_FORMAT',
        kind: 'user',
        retryable: false,
        hint: "Give a CSV file, the operator's NEM Registration and Exemption List (xlsx), or the monthly tables as published.",
      },
      cause,
    );
  }
}
