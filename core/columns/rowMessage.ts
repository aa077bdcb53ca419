import type { JsonValue } from './column';
import type { RowOrigin } from './lakeColumn';
import type { RowTable } from './rowTable';

export const MESSAGE_VERSION = 2;

/**
 * One row as the value of a Kafka message: its line, its typed values by their names in the lake, and the
 * texts that the contract does not type. Equal rows are equal bytes.
 */
export function rowMessage(table: RowTable, row: number): string {
  const values = table.columns.flatMap((column) => {
    const value = column.valueAt(row);
    return value === undefined ? [] : [`${JSON.stringify(column.column.name)}:${jsonOf(value)}`];
  });
  const extra = table.extra.valueAt(row);
  const line = String(table.lines.valueAt(row));
  const end = extra === undefined ? '' : `,"extra":${String(extra)}`;
  return `{"v":${MESSAGE_VERSION},"line":${line},"values":{${values.join(',')}}${end}}`;
}

/** The header that holds what all rows of a file's table share. */
export function originHeader(origin: RowOrigin): string {
  return JSON.stringify(origin);
}

function jsonOf(value: JsonValue): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
