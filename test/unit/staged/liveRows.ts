import type { RowOrigin } from '../../../core/columns/lakeColumn';
import type { TopicRecord } from './bothWays';
import type { StagedRow } from './parquetRows';

interface Message {
  v: number;
  line: number;
  values: Record<string, string | number | boolean>;
  extra?: Record<string, string>;
}

/** A Kafka record of a row in the shape of a staged object's row, with the columns named. */
export function liveRow({ value, headers }: TopicRecord, columns: readonly string[]): StagedRow {
  const { v, line, values, extra } = JSON.parse(String(value)) as Message;
  if (v !== 2) throw new Error(`expected a message of version 2, found ${v}`);
  const { header_at, ingested_at, missing_columns, ...origin } = JSON.parse(
    headers!['currents.file']!,
  ) as RowOrigin;
  const row: StagedRow = {
    ...Object.fromEntries(Object.entries(values).map(([name, found]) => [name, asStaged(found)])),
    ...origin,
    extra: extra ? JSON.stringify(extra) : null,
    source_line: line,
    header_at: asStaged(header_at),
    ingested_at,
    missing_columns: missing_columns.join(',') || null,
  };
  const unknown = Object.keys(row).filter((name) => !columns.includes(name));
  if (unknown.length > 0) throw new Error(`staged objects have no column ${unknown.join(', ')}`);
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
}

/** Messages leave out a fraction of zero; the reader of staged objects prints milliseconds. */
function asStaged<T>(value: T): T | string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value) ? `${value}.000` : value;
}
