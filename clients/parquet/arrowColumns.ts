import {
  Bool,
  Dictionary,
  Float64,
  Int32,
  Int64,
  makeData,
  makeVector,
  TimestampMicrosecond,
  Utf8,
  type Data,
} from 'apache-arrow';
import { BigintColumn, BooleanColumn, DoubleColumn, IntColumn } from '../../core/columns/numberColumns';
import type { TypedColumn } from '../../core/columns/makeColumn';
import type { TextColumn } from '../../core/columns/textColumns';
import { TimeColumn } from '../../core/columns/timeColumn';

/** A named Arrow column. */
export type NamedData = readonly [name: string, data: Data];

/** A contract's column as Arrow takes it. Buffers are copies: apache-arrow writes no buffer twice. */
export function typedData(column: TypedColumn, rows: number, id: number): Data {
  const nullBitmap = column.validity(rows);
  const common = { length: rows, nullCount: nullBitmap ? -1 : 0, nullBitmap };
  if (column instanceof DoubleColumn)
    return makeData({ ...common, type: new Float64(), data: column.data(rows) });
  if (column instanceof IntColumn) return makeData({ ...common, type: new Int32(), data: column.data(rows) });
  if (column instanceof BigintColumn)
    return makeData({ ...common, type: new Int64(), data: column.data(rows) });
  if (column instanceof BooleanColumn)
    return makeData({ ...common, type: new Bool(), data: column.data(rows) });
  if (column instanceof TimeColumn)
    return makeData({ ...common, type: timeType(column.column.type), data: column.data(rows) });
  const type = new Dictionary(new Utf8(), new Int32(), id);
  return makeData({ ...common, type, data: column.data(rows), dictionary: textVector(column.words) });
}

export function textData(column: TextColumn, rows: number): Data {
  const nullBitmap = column.validity(rows);
  const { offsets, bytes } = column.data(rows);
  const common = { length: rows, nullCount: nullBitmap ? -1 : 0, nullBitmap };
  return makeData({ ...common, type: new Utf8(), valueOffsets: offsets, data: bytes });
}

/** Only a time of UTC names its zone; readers take a time without one as that of a clock on the wall. */
export function timeType(type: string): TimestampMicrosecond {
  return new TimestampMicrosecond(type === 'timestamp' ? 'UTC' : null);
}

export function textVector(texts: readonly string[]) {
  const data = Buffer.from(texts.join(''));
  const valueOffsets = new Int32Array(texts.length + 1);
  texts.forEach((text, index) => {
    valueOffsets[index + 1] = valueOffsets[index]! + Buffer.byteLength(text);
  });
  return makeVector(makeData({ type: new Utf8(), length: texts.length, nullCount: 0, valueOffsets, data }));
}
