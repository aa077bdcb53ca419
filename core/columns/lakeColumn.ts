/** Physical types of a contract's columns, as the lake names them. */
export type LakeType = 'double' | 'int' | 'bigint' | 'string' | 'boolean' | 'timestamp' | 'timestamp_ntz';

/** A typed column by its name in the lake. */
export interface LakeColumn {
  name: string;
  type: LakeType;
}

/** What all rows of one table of one file share. */
export interface RowOrigin {
  report: string;
  /** Table in the file, such as `DISPATCH.UNIT_SCADA`, and its version. */
  table: string;
  table_version: number;
  source_file: string;
  source_sha256: string;
  /** When the source made the file, on the pipeline's clock: `YYYY-MM-DDTHH:MM:SS`. */
  header_at: string;
  file_id: string;
  /** When the file was first landed, ISO 8601 UTC; the same over retries. */
  ingested_at: string;
  /** Required columns that the file does not have. */
  missing_columns: readonly string[];
}
