import type { LakeColumn } from './lakeColumn';
import { BigintColumn, BooleanColumn, DoubleColumn, IntColumn } from './numberColumns';
import { WordColumn } from './textColumns';
import { TimeColumn } from './timeColumn';

export type TypedColumn = DoubleColumn | IntColumn | BigintColumn | BooleanColumn | TimeColumn | WordColumn;

export function makeColumn(column: LakeColumn): TypedColumn {
  switch (column.type) {
    case 'double':
      return new DoubleColumn(column);
    case 'int':
      return new IntColumn(column);
    case 'bigint':
      return new BigintColumn(column);
    case 'boolean':
      return new BooleanColumn(column);
    case 'string':
      return new WordColumn(column);
    case 'timestamp':
    case 'timestamp_ntz':
      return new TimeColumn(column);
  }
}
