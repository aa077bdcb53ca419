import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, type Data } from 'apache-arrow';
import {
  Compression,
  Encoding,
  Table as WasmTable,
  WriterPropertiesBuilder,
  writeParquet,
} from 'parquet-wasm';
import type { RowTable } from '../../core/columns/rowTable';
import { textData, typedData, type NamedData } from './arrowColumns';
import { originColumns } from './originColumns';

/**
 * The rows of a table as one Parquet file: the contract's columns, `extra`, and the columns of origin. The
 * same rows give the same bytes.
 */
export function parquetObject(table: RowTable): Buffer {
  const columns: NamedData[] = [
    ...table.columns.map((column, id) => [column.column.name, typedData(column, table.rows, id)] as const),
    ['extra', textData(table.extra, table.rows)],
    ...originColumns(table, table.columns.length),
  ];
  return written(tableToIPC(arrowTable(columns, table.rows), 'stream'));
}

function arrowTable(columns: readonly NamedData[], rows: number): Table {
  const fields = columns.map(([name, data]) => new Field(name, data.type, true));
  const schema = new Schema(fields);
  const children = columns.map(([, data]) => data);
  const struct: Data<Struct> = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, struct)]);
}

/** `writeParquet` takes the table and the properties over and frees them; the bytes are a copy. */
function written(stream: Uint8Array): Buffer {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.SNAPPY)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    // Lines ascend by one: as differences they take a few bytes a thousand.
    .setColumnDictionaryEnabled('source_line', false)
    .setColumnEncoding('source_line', Encoding.DELTA_BINARY_PACKED)
    .build();
  const bytes = writeParquet(WasmTable.fromIPCStream(stream), properties);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** One group an object: Spark reads an object in one task. */
const ROW_GROUP_ROWS = 1 << 20;
