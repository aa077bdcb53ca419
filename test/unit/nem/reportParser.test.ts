import fc from 'fast-check';
import { parseAll, report, SCADA_HEADER, SCADA_TABLE, scadaReport, scadaRow } from './reportText';

describe('a report', () => {
  it('gives its rows with the cells of their own I row', () => {
    const { header, lines, rows, parsed } = parseAll(
      scadaReport([scadaRow(), scadaRow({ duid: 'YWPS4', value: '-1E-05' })]),
    );
    expect(header).toMatchObject({
      system: 'NEMP.WORLD',
      report: 'DISPATCHSCADA',
      headerAtNem: '2025/12/27 00:00:23',
      fileId: '00000000000495867506',
    });
    expect({ lines, rows }).toEqual({ lines: 5, rows: 2 });
    expect(parsed[1]).toEqual({
      line: 4,
      raw: scadaRow({ duid: 'YWPS4', value: '-1E-05' }),
      cells: ['2025/12/27 00:05:00', 'YWPS4', '-1E-05', '2025/12/27 00:00:22'],
      table: {
        key: 'DISPATCH.UNIT_SCADA',
        version: 1,
        columns: ['SETTLEMENTDATE', 'DUID', 'SCADAVALUE', 'LASTCHANGED'],
      },
    });
  });

  it('may hold the same table twice with other columns', () => {
    const { parsed } = parseAll(
      report([SCADA_HEADER, 'I,A,B,1,X,Y', 'D,A,B,1,1,2', 'I,A,B,1,Y,Z,X', 'D,A,B,1,3,4,5']),
    );
    expect(parsed.map(({ table, cells }) => [table.columns, cells])).toEqual([
      [
        ['X', 'Y'],
        ['1', '2'],
      ],
      [
        ['Y', 'Z', 'X'],
        ['3', '4', '5'],
      ],
    ]);
  });

  it('may mix the rows of tables it has introduced, and quote their keys', () => {
    const { parsed } = parseAll(
      report([
        SCADA_HEADER,
        'I,A,B,1,X',
        'I,A,C,1,Y',
        'D,A,C,1,c',
        'D,A,B,1,b',
        'D,"A","C",1,d',
        'D,A,B,1,e',
      ]),
    );
    expect(parsed.map(({ table, cells }) => `${table.key} ${cells.join()}`)).toEqual([
      'A.C c',
      'A.B b',
      'A.C d',
      'A.B e',
    ]);
  });

  it('counts physical lines, newlines inside quotes included', () => {
    const text = report([
      SCADA_HEADER,
      'I,MARKET,NOTICE,1,ID,TEXT',
      'D,MARKET,NOTICE,1,7,"one',
      'two, and ""three""',
      '"',
      'D,MARKET,NOTICE,1,8,x',
    ]);
    const { parsed, lines } = parseAll(text);
    expect(lines).toBe(7);
    expect(parsed.map(({ line, cells }) => [line, cells])).toEqual([
      [3, ['7', 'one\r\ntwo, and "three"\r\n']],
      [6, ['8', 'x']],
    ]);
  });

  it('counts the rows of unused tables, and skips their newlines too', () => {
    const text = report([
      SCADA_HEADER,
      'I,MARKET,NOTICE,1,ID,TEXT',
      'D,MARKET,NOTICE,1,7,"one',
      'two"',
      'I,EMPTY,TABLE,1,X',
      SCADA_TABLE,
      scadaRow(),
    ]);
    expect(parseAll(text, 1 << 16, ['DISPATCH.UNIT_SCADA'])).toMatchObject({
      rows: 1,
      unusedTables: { 'MARKET.NOTICE': 1, 'EMPTY.TABLE': 0 },
    });
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('may end its lines with %s, the last one or not', (_, lineEnd) => {
    const text = report([SCADA_HEADER, SCADA_TABLE, scadaRow()], lineEnd);
    expect(parseAll(text).parsed).toHaveLength(1);
    expect(parseAll(text.trimEnd()).parsed[0]!.cells).toHaveLength(4);
  });

  it('may have columns and no rows', () => {
    expect(parseAll(scadaReport([]))).toMatchObject({ rows: 0, lines: 3 });
  });

  it('may be UTF-8, marked or not', () => {
    const text = report([SCADA_HEADER, 'I,A,B,1,X', 'D,A,B,1,café']);
    expect(parseAll(text, 7).parsed[0]!.cells).toEqual(['café']);
    expect(parseAll(`\uFEFF${text}`, 5).parsed[0]!.cells).toEqual(['café']);
  });

  it('gives the same in chunks of any size', () => {
    const text = report([
      SCADA_HEADER,
      'I,A,B,1,X,Y',
      'D,A,B,1,"a\n,b","c""d"',
      'D,A,B,1,é,',
      SCADA_TABLE,
      scadaRow(),
      scadaRow({ duid: ' X ' }),
    ]);
    const whole = parseAll(text);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (chunkBytes) => {
        expect(parseAll(text, chunkBytes)).toEqual(whole);
      }),
    );
  });
});
