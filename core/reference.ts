/** A file of reference data in S3, given by an operator. */
export interface ReferenceFile {
  /** How the pipeline reads it: one of the kinds that its code declares. */
  kind: string;
  uri: string;
  name: string;
  encoding?: TextEncoding;
}

/** The same, fetched. */
export type GivenFile = Omit<ReferenceFile, 'uri'> & { bytes: Buffer };

/**
 * Encodings that a user may state for a text file; the default is UTF-8, or UTF-16 by its byte order mark.
 */
export const TEXT_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** Rows read from files or from the source's own archive; `problems` names rows left out and why. */
export interface ReadReference {
  /** By the names of the definition's reference tables. A table without rows stays as it is. */
  tables: Readonly<Record<string, readonly object[]>>;
  sourceName: string;
  problems: string[];
}

/** Rows in S3 that replace those of reference tables. */
export interface ReferenceLoad {
  /** Address of the rows by the names of the definition's reference tables. */
  tables: Readonly<Record<string, string>>;
  sourceName: string;
}
