import fc from 'fast-check';
import { rowMessage } from '../../../core/columns/rowMessage';
import { RowTable } from '../../../core/columns/rowTable';
import type { LakeType, RowOrigin } from '../../../core/columns/lakeColumn';
import type { Column } from '../../../core/columns/column';
import { makeColumn } from '../../../core/columns/makeColumn';
import { TextColumn } from '../../../core/columns/textColumns';
import { parquetObject } from '../../../clients/parquet/parquetObject';
import { parquetRows } from '../staged/parquetRows';

const ORIGIN: RowOrigin = {
  report: 'R',
  table: 'T',
  table_version: 1,
  source_file: 'f',
  source_sha256: 'a',
  header_at: '2026-01-01T00:00:00',
  file_id: '1',
  ingested_at: '2026-01-01T00:00:00.000Z',
  missing_columns: [],
};
/** A value of each type, as it is set and as a message has it. */
const VALUES: [LakeType, fc.Arbitrary<[set: unknown, found: unknown]>][] = [
  ['double', fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => [value, value + 0])],
  ['int', fc.integer().map((value) => [value, value])],
  ['bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => [value, value])],
  ['boolean', fc.boolean().map((value) => [value, value])],
  ['string', fc.string({ unit: 'binary' }).map((value) => [value, value])],
  ['timestamp', fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map(inUtc)],
  [
    'timestamp_ntz',
    fc.constantFrom(['1883-11-18T12:03:58', -2_717_668_562_000]).map(([text, ms]) => [ms, text]),
  ],
];

function inUtc(date: Date): [number, string] {
  return [date.getTime(), date.toISOString().replace('.000Z', 'Z')];
}

function setIn(column: Column, row: number, value: unknown): void {
  (column as unknown as { set(row: number, value: unknown): void }).set(row, value);
}

describe.each(VALUES)('a column of %s', (type, arbitrary) => {
  it('has what was set last in each row, and null where nothing was or the row was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.option(arbitrary), { maxLength: 20 }), arbitrary, (values, rejected) => {
        const column = makeColumn({ name: 'x', type });
        values.forEach((value, row) => {
          setIn(column, row, rejected[0]);
          if (value) setIn(column, row, value[0]);
          else column.setNull(row);
        });
        setIn(column, values.length, rejected[0]);
        column.cut(values.length);
        const found = Array.from({ length: values.length + 1 }, (_, row) => column.valueAt(row));
        expect(found).toEqual([...values.map((value) => value?.[1]), undefined]);
      }),
    );
  });

  it('reads the same from Parquet, over more rows than it began with', () => {
    const samples = fc.sample(fc.option(arbitrary), { numRuns: 3_000, seed: 7 });
    const table = new RowTable('t', [{ name: 'x', type }]);
    table.open(ORIGIN);
    samples.forEach((value, row) => {
      if (value) setIn(table.columns[0]!, row, value[0]);
      table.lines.set(row, row);
      table.take();
    });
    const found = parquetRows(parquetObject(table)).map(({ x }) => withoutZeroes(x));
    expect(found).toEqual(samples.map((value) => withoutZeroes(value?.[1] ?? null)));
  });
});

/** The reader of Parquet prints milliseconds. */
function withoutZeroes(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^(\d{4}-.*T.*)\.000(Z?)$/, '$1$2') : value;
}

describe('texts one after the other', () => {
  it('are found by row, with rows between that have none', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.string({ unit: 'binary' })), { maxLength: 50 }), (texts) => {
        const column = new TextColumn({ name: 'x', type: 'string' });
        texts.forEach((text, row) => {
          column.set(row, 'a rejected row');
          if (text === null) column.setNull(row);
          else column.set(row, text);
        });
        expect(texts.map((_, row) => column.valueAt(row) ?? null)).toEqual(texts);
        const { offsets, bytes } = column.data(texts.length);
        const read = texts.map((_, row) =>
          Buffer.from(bytes.subarray(offsets[row], offsets[row + 1])).toString(),
        );
        expect(read.map((text, row) => (column.isNull(row) ? null : text))).toEqual(texts);
      }),
    );
  });
});

describe('a table of rows', () => {
  it('forgets a rejected row of a file that had more columns', () => {
    const table = new RowTable('t', [
      { name: 'a', type: 'int' },
      { name: 'b', type: 'int' },
    ]);
    table.open(ORIGIN);
    for (const column of table.columns) setIn(column, 0, 1);
    table.extra.set(0, '{"c":"1"}');
    table.open({ ...ORIGIN, source_file: 'g' });
    setIn(table.columns[0]!, 0, 2);
    table.lines.set(0, 7);
    expect(rowMessage(table, 0)).toBe('{"v":2,"line":7,"values":{"a":2}}');
  });

  it('is cut back to a mark, sections included', () => {
    const table = new RowTable('t', [{ name: 'a', type: 'int' }]);
    const mark = table.mark();
    table.open(ORIGIN);
    setIn(table.columns[0]!, 0, 1);
    table.take();
    table.cutTo(mark);
    expect([table.rows, table.origin, table.columns[0]!.valueAt(0)]).toEqual([0, undefined, undefined]);
  });

  it('writes a whole number beyond what a double holds digit for digit', () => {
    const table = new RowTable('t', [{ name: 'a', type: 'bigint' }]);
    setIn(table.columns[0]!, 0, 9_007_199_254_740_993n);
    table.lines.set(0, 1);
    expect(rowMessage(table, 0)).toBe('{"v":2,"line":1,"values":{"a":9007199254740993}}');
  });
});
