import { Dictionary, Int32, makeData, Utf8, type Data } from 'apache-arrow';
import type { LakeType, RowOrigin } from '../../core/columns/lakeColumn';
import type { RowTable } from '../../core/columns/rowTable';
import { textVector, timeType, type NamedData } from './arrowColumns';

/**
 * What the rows of a file share, as columns: each section's value over its rows. `firstId` numbers the
 * dictionaries.
 */
export function originColumns(table: RowTable, firstId: number): NamedData[] {
  const texts = (name: string, id: number, textOf: (origin: RowOrigin) => string | null): NamedData => [
    name,
    textOverRows(table, firstId + id, textOf),
  ];
  return [
    texts('report', 0, ({ report }) => report),
    texts('table', 1, ({ table: name }) => name),
    ['table_version', intOverRows(table, ({ table_version }) => table_version)],
    texts('source_file', 2, ({ source_file }) => source_file),
    texts('source_sha256', 3, ({ source_sha256 }) => source_sha256),
    [
      'source_line',
      makeData({ type: new Int32(), length: table.rows, nullCount: 0, data: table.lines.data(table.rows) }),
    ],
    ['header_at', timeOverRows(table, 'timestamp_ntz', ({ header_at }) => Date.parse(`${header_at}Z`))],
    texts('file_id', 4, ({ file_id }) => file_id),
    ['ingested_at', timeOverRows(table, 'timestamp', ({ ingested_at }) => Date.parse(ingested_at))],
    texts('missing_columns', 5, ({ missing_columns }) => missing_columns.join(',') || null),
  ];
}

function textOverRows(table: RowTable, id: number, textOf: (origin: RowOrigin) => string | null): Data {
  const words: string[] = [];
  const numbers = new Map<string | null, number>([[null, 0]]);
  const isNull: boolean[] = [];
  const ofSection = table.sections.map(({ origin }, index) => {
    const text = textOf(origin);
    isNull[index] = text === null;
    if (text !== null && !numbers.has(text)) numbers.set(text, words.push(text) - 1);
    return numbers.get(text)!;
  });
  const keys = new Int32Array(table.rows);
  overRows(table, (section, from, to) => keys.fill(ofSection[section]!, from, to));
  const nullBitmap = isNull.includes(true) ? validOver(table, isNull) : undefined;
  return makeData({
    type: new Dictionary(new Utf8(), new Int32(), id),
    length: table.rows,
    nullCount: nullBitmap ? -1 : 0,
    nullBitmap,
    data: keys,
    dictionary: textVector(words),
  });
}

function validOver(table: RowTable, isNull: readonly boolean[]): Uint8Array {
  const bits = new Uint8Array((table.rows + 7) >> 3);
  overRows(table, (section, from, to) => {
    for (let row = from; !isNull[section] && row < to; row += 1) bits[row >> 3]! |= 1 << (row & 7);
  });
  return bits;
}

function intOverRows(table: RowTable, valueOf: (origin: RowOrigin) => number): Data {
  const data = new Int32Array(table.rows);
  overRows(table, (section, from, to) => data.fill(valueOf(table.sections[section]!.origin), from, to));
  return makeData({ type: new Int32(), length: table.rows, nullCount: 0, data });
}

function timeOverRows(table: RowTable, type: LakeType, instantOf: (origin: RowOrigin) => number): Data {
  const data = new BigInt64Array(table.rows);
  overRows(table, (section, from, to) =>
    data.fill(BigInt(instantOf(table.sections[section]!.origin)) * 1000n, from, to),
  );
  return makeData({ type: timeType(type), length: table.rows, nullCount: 0, data });
}

function overRows(table: RowTable, fill: (section: number, from: number, to: number) => void): void {
  table.sections.forEach(({ start }, section) =>
    fill(section, start, table.sections[section + 1]?.start ?? table.rows),
  );
}
