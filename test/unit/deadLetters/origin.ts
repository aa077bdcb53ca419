import type { RowOrigin } from '../../../core/columns/lakeColumn';

/** What the rows of a made-up file share. */
export const ORIGIN: RowOrigin = {
  report: 'R',
  table: 'T',
  table_version: 1,
  source_file: 'f.zip',
  source_sha256: 'cafe'.repeat(16),
  header_at: '2026-01-01T00:00:00',
  file_id: '1',
  ingested_at: '2026-01-01T00:00:00Z',
  missing_columns: [],
};
