import { DataType, tableFromIPC, type Field } from 'apache-arrow';
import { readParquet } from 'parquet-wasm';

export type StagedRow = Record<string, string | number | bigint | boolean | null>;

/** The rows of a staged object; times as ISO 8601, with Z for UTC. */
export function parquetRows(body: Buffer): StagedRow[] {
  const table = tableFromIPC(readParquet(body).intoIPCStream());
  const rows: StagedRow[] = Array.from({ length: table.numRows }, () => ({}));
  table.schema.fields.forEach((field, at) => {
    const column = table.getChildAt(at)!;
    for (const [row, staged] of rows.entries()) staged[field.name] = valueOf(field, column.get(row));
  });
  return rows;
}

/** Name and type of each column, in order. */
export function parquetColumns(body: Buffer): string[] {
  const { schema } = tableFromIPC(readParquet(body).intoIPCStream());
  return schema.fields.map(({ name, type }) => `${name} ${String(type)}`);
}

function valueOf({ type }: Field, value: unknown): StagedRow[string] {
  if (value === null || value === undefined) return null;
  if (!DataType.isTimestamp(type)) return value as StagedRow[string];
  const text = new Date(Number(value)).toISOString();
  return type.timezone ? text : text.slice(0, -1);
}
