import fc from 'fast-check';
import { report, SCADA_HEADER, SCADA_TABLE } from '../nem/reportText';
import { reportZip, SCADA_NAME } from '../nem/zippedReports';
import { staged } from './bothWays';
import { expectEqual } from './expectEqual';
import { parquetColumn, parquetColumns, parquetRows } from './parquetRows';
import { SAMPLE_FILES, type SampleFile } from './sampleReports';

describe('a staged object', () => {
  it('has the rows of the live messages, odd files included', async () => {
    expect(await expectEqual(SAMPLE_FILES)).toBe(21);
  });

  it('may be any part of the rows', async () => {
    expect(await expectEqual(SAMPLE_FILES, { rows: 1, extraBytes: 1 })).toBe(21);
  });

  it('has the bytes of the one before when it is staged again', async () => {
    expect(await staged(SAMPLE_FILES)).toEqual(await staged(SAMPLE_FILES));
  });

  it('has the columns of its contract, then those of origin, by type', async () => {
    const objects = await staged(SAMPLE_FILES);
    expect(parquetColumns(objects.get('nem_dispatch-1.parquet')!)).toEqual([
      'trading_interval Timestamp<MICROSECOND>',
      'unit_id Dictionary<Int32, Utf8>',
      'scada_value_mw Float64',
      'last_changed_at_nem Timestamp<MICROSECOND>',
      'extra Utf8',
      'report Dictionary<Int32, Utf8>',
      'table Dictionary<Int32, Utf8>',
      'table_version Int32',
      'source_file Dictionary<Int32, Utf8>',
      'source_sha256 Dictionary<Int32, Utf8>',
      'source_line Int32',
      'header_at Timestamp<MICROSECOND>',
      'file_id Dictionary<Int32, Utf8>',
      'ingested_at Timestamp<MICROSECOND, UTC>',
      'missing_columns Dictionary<Int32, Utf8>',
    ]);
  });

  it('holds no row of a file that is cut after good rows', async () => {
    const rows = parquetRows((await staged(SAMPLE_FILES)).get('nem_dispatch-1.parquet')!);
    expect(rows.map(({ unit_id }) => unit_id)).not.toContain('CUT');
    expect(rows.map(({ unit_id }) => unit_id)).toContain('A');
  });
});

describe('a large file', () => {
  const ROWS = 110_000;
  const lines = Array.from(
    { length: ROWS },
    (_, row) => `D,DISPATCH,UNIT_SCADA,1,"2025/12/27 00:05:00",UNIT${row % 500},${row},"2025/12/27 00:00:22"`,
  );
  const csv = report([SCADA_HEADER, SCADA_TABLE, ...lines]);
  const limits = { rows: 40_000, extraBytes: 1 << 20 };
  const large = (text: string): SampleFile => ({
    name: SCADA_NAME,
    report: 'DISPATCHSCADA',
    bytes: reportZip(SCADA_NAME, text),
  });

  it('leaves memory while it is read, and is whole in the objects', async () => {
    const objects = await staged([large(csv)], limits);
    const [bodies, expected] = [[...objects.values()], lines.map((_, row) => row + 3)];
    const parts = bodies.map((body) => parquetColumn(body, 'source_line'));
    expect(parts.map(({ length }) => Math.floor(length / 40_000))).toEqual([1, 1, 0]);
    expect(parts.flat()).toEqual(expected);
    expect(bodies.flatMap((body) => parquetColumn(body, 'scada_value_mw'))).toEqual(
      expected.map((line) => line - 3),
    );
  });

  it('leaves no row when its end is missing', async () => {
    const objects = await staged([large(csv.slice(0, csv.lastIndexOf('C,')))], limits);
    expect([...objects.keys()]).toEqual(['nem_dispatch.dlq-1.ndjson.gz']);
  });
});

describe('any rows', () => {
  const cell = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-0',
      '1.50',
      '1e5',
      'NaN',
      '0x1F',
      ' 1',
      '"a,b"',
      '"""q"""',
      'ä',
      '😀',
      '"x\ny"',
    ),
    fc.constantFrom('"2025/12/27 00:05:00"', '2025/12/27 00:10:00', '"2025/02/30 00:00:00"'),
    fc.stringMatching(/^[ -!#-+\--~]{0,12}$/),
  );
  const row = fc.record({ value: cell, duid: cell, changed: cell, other: cell, isWhole: fc.boolean() });

  it('are equal both ways, and all rows are rows or dead letters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        const lines = rows.map(({ value, duid, changed, other, isWhole }) => {
          const date = isWhole ? '"2025/12/27 00:05:00"' : other;
          return `D,DISPATCH,UNIT_SCADA,1,${date},${isWhole ? 'U1' : duid},${value},${changed},${other}`;
        });
        const csv = report([SCADA_HEADER, `${SCADA_TABLE},OTHER`, ...lines]);
        const file = { name: SCADA_NAME, report: 'DISPATCHSCADA', bytes: reportZip(SCADA_NAME, csv) };
        await expectEqual([file]);
      }),
      { numRuns: 40 },
    );
  });
});
