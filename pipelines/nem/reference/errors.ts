import { CurrentsError } from '../../../core/errors';

/** Required columns are missing in a metadata file. */
export class MetadataColumnsError extends CurrentsError {
  constructor(source: string, missing: readonly string[], found: readonly string[]) {
    super(
      `${source}: expected columns ${missing.join(', ')}, found ${found.filter(Boolean).join(', ') || 'none'}`,
      {
        code: 'METADATA_COLUMNS',
        kind: 'user',
        retryable: false,
        details: { missing, found },
        hint:
          'Add the columns; names are compared without regard to case, blanks and ' +
          "punctuation, and the operator's own names are known.",
      },
    );
  }
}

/** A metadata file has the wrong format. */
export class MetadataFormatError extends CurrentsError {
  constructor(source: string, expected: string, found: string, cause?: unknown) {
    super(
      `${source}: expected ${expected}, found ${found}`,
      {
        code: 'METADATA_FORMAT',
        kind: 'user',
        retryable: false,
        hint:
          "Give a CSV file, the operator's NEM Registration and Exemption List (xlsx), or " +
          'the monthly tables as published.',
      },
      cause,
    );
  }
}

/** A user's file is not valid text in its encoding. */
export class MetadataEncodingError extends CurrentsError {
  constructor(source: string, encoding: string, place: { line: number; column: number; text: string }) {
    super(
      `${source}: expected text in ${encoding.toUpperCase()}, found other bytes in line ` +
        `${place.line}, column ${place.column}: ${place.text.slice(0, 80)}`,
      {
        code: 'METADATA_ENCODING',
        kind: 'user',
        retryable: false,
        details: { encoding, line: place.line, column: place.column },
        hint: 'Save the file as UTF-8, or state how it was saved: --encoding windows-1252 (or utf-16le, utf-16be).',
      },
    );
  }
}

/** Rows of a user's file name regions that the market does not have. */
export class MetadataRegionsError extends CurrentsError {
  constructor(
    places: readonly { source: string; line: number; region_id: string }[],
    known: readonly string[],
  ) {
    const shown = places
      .slice(0, 20)
      .map(({ source, line, region_id }) => `${source}, line ${line}: ${region_id}`);
    const more = places.length > shown.length ? `; and ${places.length - shown.length} more` : '';
    super(`expected region_id ${known.join(', ')}, found ${shown.join('; ')}${more}`, {
      code: 'METADATA_REGIONS',
      kind: 'user',
      retryable: false,
      details: { places, known },
      hint:
        'Nothing was loaded. Fix region_id in these lines; a region that is new to the ' +
        'market goes into --region-csv.',
    });
  }
}
