import fc from 'fast-check';
import { readReport } from '../../../pipelines/nem/source/reportReading';
import { plainDecimal } from '../../../pipelines/nem/source/plainDecimal';
import { marketInteger, marketNumber } from '../../../pipelines/nem/source/rowChecks';
import type { RowOutcome } from '../../../pipelines/nem/source/rowMessages';
import { DISPATCHIS_NAME, SCADA_NAME } from './zippedReports';
import { report, SCADA_HEADER, scadaReport, scadaRow } from './reportText';

const file = { fileName: SCADA_NAME, sha256: 'ab12', ingestedAt: '2026-11-21T03:00:00.000Z' };

function outcomes(text: string, fileName = SCADA_NAME): RowOutcome[] {
  return [...readReport({ ...file, fileName }, Buffer.from(text)).outcomes];
}

function typed(outcome: RowOutcome): Record<string, unknown> {
  if (outcome.kind !== 'row') throw new Error(`expected a row, found ${outcome.reason}`);
  return (JSON.parse(outcome.value) as { values: Record<string, unknown> }).values;
}

describe('a row of UNIT_SCADA', () => {
  it('becomes a message of its line and typed values, with what the file shares beside it', () => {
    expect(outcomes(scadaReport([scadaRow({ duid: 'ERB01 ', value: '-1E-05', changed: '' })]))).toEqual([
      {
        kind: 'row',
        topic: 'nem_dispatch',
        key: 'ERB01',
        line: 3,
        value:
          '{"v":2,"line":3,"values":{"trading_interval":"2025-12-27T00:05:00",' +
          '"unit_id":"ERB01 ","scada_value_mw":-0.00001}}',
        origin: {
          report: 'DISPATCHSCADA',
          table: 'DISPATCH.UNIT_SCADA',
          table_version: 1,
          source_file: SCADA_NAME,
          source_sha256: 'ab12',
          header_at: '2025-12-27T00:00:23',
          file_id: '00000000000495867506',
          ingested_at: '2026-11-21T03:00:00.000Z',
          missing_columns: [],
        },
      },
    ]);
  });

  it('has a number as JSON prints it, with no minus before zero', () => {
    const values = ['-0', '+7.', '22051.3819749999999999999999', '1E3'].map((value) => scadaRow({ value }));
    expect(outcomes(scadaReport(values)).map((row) => typed(row)['scada_value_mw'])).toEqual([
      0, 7, 22051.381975, 1000,
    ]);
  });

  it.each([
    [{ duid: '' }, 'empty_unit_id', 'not_null:DUID'],
    [{ duid: '"  "' }, 'empty_unit_id', 'not_null:DUID'],
    [{ date: '' }, 'settlementdate_missing', 'not_null:SETTLEMENTDATE'],
    [{ date: '27/12/2025 00:05' }, 'settlementdate_invalid', 'nem_timestamp:SETTLEMENTDATE'],
    [{ date: '"""2025/12/27 00:05:00"""' }, 'settlementdate_invalid', 'nem_timestamp:SETTLEMENTDATE'],
    [
      { date: '"2025/12/27 01:05:00"' },
      'settlementdate_in_future',
      'not_after_header_plus_1h:SETTLEMENTDATE',
    ],
    [{ value: '' }, 'scadavalue_missing', 'not_null:SCADAVALUE'],
    ...[
      'NaN',
      'Infinity',
      '-Infinity',
      '0x1F',
      '12abc',
      '"1,5"',
      '1e400',
      '1 000',
      ' 1',
      '1e',
      '.',
      '-',
      '--1',
      '1.2.3',
      'null',
      '١',
    ].map((value) => [{ value }, 'scadavalue_not_a_number', 'double:SCADAVALUE'] as const),
    [{ changed: 'yesterday' }, 'lastchanged_invalid', 'nem_timestamp:LASTCHANGED'],
    [{ changed: 'a,b' }, 'cell_count', 'cell_count:4'],
  ] as const)('%j is refused as %s', (part, reason, rule) => {
    const row = scadaRow(part);
    const [refused, kept] = outcomes(scadaReport([row, scadaRow({ duid: 'KEPT' })]));
    expect(refused).toMatchObject({
      kind: 'deadLetter',
      topic: 'nem_dispatch',
      reason,
      rule,
      payload: row,
      line: 3,
    });
    expect(kept).toMatchObject({ kind: 'row', key: 'KEPT' });
  });

  it('is keyed by the file when it has no unit', () => {
    expect(outcomes(scadaReport([scadaRow({ duid: '' })]))[0]).toMatchObject({ key: SCADA_NAME });
  });

  it('may be of another interval, up to an hour after the file was made', () => {
    const rows = ['"2025/12/26 00:05:00"', '"2019/01/01 00:05:00"', '"2025/12/27 01:00:23"'].map((date) =>
      scadaRow({ date }),
    );
    expect(outcomes(scadaReport(rows)).map(({ kind }) => kind)).toEqual(['row', 'row', 'row']);
  });

  it('continues with a report when a required column is missing in the file', () => {
    const text = scadaReport(
      ['D,DISPATCH,UNIT_SCADA,1,"2025/12/27 00:05:00",A'],
      'I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID',
    );
    const { summary, outcomes: found } = readReport(file, Buffer.from(text));
    expect(summary.drift.nem_dispatch).toEqual({ missing: ['SCADAVALUE'], added: [] });
    expect([...found]).toMatchObject([{ kind: 'row', origin: { missing_columns: ['SCADAVALUE'] } }]);
  });

  it('is found by the names of its columns, in any order, with new ones beside them', () => {
    const text = scadaReport(
      ['D,DISPATCH,UNIT_SCADA,1,7,12.5,A,"2025/12/27 00:05:00"'],
      'I,DISPATCH,UNIT_SCADA,1,QUALITY,SCADAVALUE,DUID,SETTLEMENTDATE',
    );
    const { summary, outcomes: found } = readReport(file, Buffer.from(text));
    expect(summary.drift.nem_dispatch).toEqual({ missing: [], added: ['QUALITY'] });
    const [row] = [...found];
    expect(row).toMatchObject({ kind: 'row', key: 'A' });
    expect(typed(row!)).toMatchObject({ scada_value_mw: 12.5 });
    expect(JSON.parse((row as { value: string }).value)).toMatchObject({ extra: { QUALITY: '7' } });
  });
});

describe('rows of the other tables', () => {
  const header = SCADA_HEADER.replace('DISPATCHSCADA', 'DISPATCHIS');
  const table =
    'I,DISPATCH,PRICE,5,SETTLEMENTDATE,RUNNO,REGIONID,DISPATCHINTERVAL,INTERVENTION,RRP,PRICE_STATUS';
  const price = (region: string, intervention: string, rrp: string): string =>
    `D,DISPATCH,PRICE,5,"2025/12/27 00:05:00",1,${region},20251226241,${intervention},${rrp},FIRM`;

  it.each([
    [price('', '0', '1'), 'empty_region_id'],
    [price('NSW1', '', '1'), 'intervention_missing'],
    [price('NSW1', '0.5', '1'), 'intervention_not_a_number'],
    [price('NSW1', '0', ''), 'rrp_missing'],
    [price('NSW1', '0', 'NaN'), 'rrp_not_a_number'],
  ])('%s is refused as %s', (row, reason) => {
    expect(outcomes(report([header, table, row]), DISPATCHIS_NAME)).toMatchObject([
      { kind: 'deadLetter', topic: 'nem_price', reason },
    ]);
  });

  it('are not read from a report that is not theirs', () => {
    const text = report([
      header,
      table,
      price('NSW1', '0', '1'),
      'I,DISPATCH,UNIT_SCADA,1,SETTLEMENTDATE,DUID,SCADAVALUE',
      'D,DISPATCH,UNIT_SCADA,1,"2025/12/27 00:05:00",A,1',
    ]);
    const { summary } = readReport({ ...file, fileName: DISPATCHIS_NAME }, Buffer.from(text));
    expect(summary).toMatchObject({
      rows: { nem_price: 1, nem_region: 0 },
      unusedTables: { 'DISPATCH.UNIT_SCADA': 1 },
    });
  });
});

const isMarketNumber = (text: string): boolean => Number.isFinite(marketNumber(text));
const isMarketInteger = (text: string): boolean => Number.isFinite(marketInteger(text));

describe('numbers', () => {
  it('as doubles and integers print are numbers', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isMarketNumber(String(value))).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(isMarketInteger(String(value))).toBe(value !== -(2 ** 31));
      }),
    );
  });

  it('are read digit by digit as they would be whole', () => {
    const digits = fc.stringMatching(/^[+-]?\d{1,12}(\.\d{0,9})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(marketNumber(text)).toBe(Number(text));
        expect([undefined, Number(text)]).toContain(plainDecimal(text));
      }),
      { numRuns: 2_000 },
    );
    expect(['1.25', '-0.1', '7.', '-0', '123456789012345'].map(plainDecimal)).toEqual([
      1.25, -0.1, 7, -0, 123456789012345,
    ]);
    for (const text of ['', '-', '.', '.5', '-.5', '1.2.3', '1e5', ' 1', '1234567890123456'])
      expect(plainDecimal(text)).toBeUndefined();
  });

  it('are what stands in them, digit for digit', () => {
    for (const text of ['22051.3819749999999999999999', '-0', '+1', '0.5', '7.', '1E-05', '-1e5', '0'])
      expect(isMarketNumber(text)).toBe(true);
    for (const text of ['', '1.5', '1e2', '99999999999']) expect(isMarketInteger(text)).toBe(false);
  });
});
