import fc from 'fast-check';
import Papa from 'papaparse';
import { ReportParser } from '../../../pipelines/nem/source/reportParser';
import { parseAll, reasonOf, report, SCADA_HEADER, SCADA_TABLE, scadaReport, scadaRow } from './reportText';

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

describe('a file that is not trusted', () => {
  const good = scadaReport([scadaRow(), scadaRow({ duid: 'YWPS4' })]);
  const cases: [string, string | Buffer, string][] = [
    ['no bytes', '', 'file_empty'],
    ['blank lines only', '\r\n \r\n', 'file_empty'],
    ['an HTML page', '<!DOCTYPE html><html><body>Access denied</body></html>', 'file_header'],
    ['a CSV without a C row', `${SCADA_TABLE}\r\n${scadaRow()}\r\n`, 'file_header'],
    ['a C row of another shape', 'C,NEMP.WORLD,DISPATCHSCADA\r\nC,"END OF REPORT",2\r\n', 'file_header'],
    [
      'a C row with an impossible date',
      good.replace('2025/12/27,00:00:23', '2025/13/27,00:00:23'),
      'file_header',
    ],
    ['a blank first line', `\r\n${good}`, 'file_header'],
    ['lines that end in CR alone', good.replaceAll('\r\n', '\r'), 'file_header'],
    ['no footer', good.slice(0, good.indexOf('C,"END')), 'file_truncated'],
    [
      'a footer cut in its number',
      scadaReport(Array.from({ length: 20 }, () => scadaRow()))
        .trimEnd()
        .slice(0, -1),
      'file_truncated',
    ],
    ['a footer that states more lines', good.replace('REPORT",5', 'REPORT",6'), 'file_truncated'],
    ['a footer that states fewer lines', good.replace('REPORT",5', 'REPORT",4'), 'file_truncated'],
    ['a footer without a number', good.replace('REPORT",5', 'REPORT",many'), 'file_structure'],
    ['a quote that is open at the end', good.slice(0, good.lastIndexOf('D,') + 30), 'file_truncated'],
    [
      'a quote that another cell closes',
      good.replace('"2025/12/27 00:05:00",YWPS4', '"2025/12/27 00:05:00,YWPS4'),
      'file_structure',
    ],
    ['rows after the footer', `${good}${scadaRow()}\r\n`, 'file_structure'],
    ['a second report after the footer', `${good}${good}`, 'file_structure'],
    ['a D row without an I row', report([SCADA_HEADER, scadaRow()]), 'file_structure'],
    [
      'a D row with other keys than any I row',
      report([SCADA_HEADER, SCADA_TABLE, 'D,DISPATCH,PRICE,5,1,2,3,4']),
      'file_structure',
    ],
    [
      'a D row with another version',
      report([SCADA_HEADER, SCADA_TABLE, scadaRow().replace('SCADA,1', 'SCADA,2')]),
      'file_structure',
    ],
    ['a D row cut before its keys end', report([SCADA_HEADER, SCADA_TABLE, 'D,DISPATCH']), 'file_structure'],
    [
      'a row of an unknown kind',
      report([SCADA_HEADER, SCADA_TABLE, 'X,DISPATCH,UNIT_SCADA,1']),
      'file_structure',
    ],
    ['a blank line between rows', report([SCADA_HEADER, SCADA_TABLE, '', scadaRow()]), 'file_structure'],
    ['an I row without columns', report([SCADA_HEADER, 'I,DISPATCH,UNIT_SCADA,1']), 'file_structure'],
    ['the same column twice', report([SCADA_HEADER, 'I,DISPATCH,UNIT_SCADA,1,DUID,DUID']), 'file_structure'],
    [
      'a version that is not a number',
      report([SCADA_HEADER, 'I,DISPATCH,UNIT_SCADA,one,DUID']),
      'file_structure',
    ],
    [
      'text after a closing quote',
      report([SCADA_HEADER, SCADA_TABLE, scadaRow({ duid: '"A"B' })]),
      'file_structure',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${good}`, 'utf16le'), 'file_encoding'],
    ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'file_encoding'],
    ['a code page', Buffer.from(good.replace('YWPS4', 'YWPÉ4'), 'latin1'), 'file_encoding'],
    ['a NUL byte', good.replace('YWPS4', 'YW\u0000'), 'file_encoding'],
    [
      'a UTF-8 character cut at the end',
      Buffer.concat([Buffer.from(good), Buffer.from([0xc3])]),
      'file_encoding',
    ],
    [
      'a line without end',
      report([SCADA_HEADER, SCADA_TABLE, scadaRow({ duid: 'X'.repeat(1 << 21) })]),
      'file_limits',
    ],
    [
      'thousands of columns',
      report([SCADA_HEADER, `I,A,B,1,${Array.from({ length: 2001 }, (_, i) => `C${i}`).join()}`]),
      'file_limits',
    ],
    [
      'thousands of cells',
      report([SCADA_HEADER, SCADA_TABLE, scadaRow({ changed: ','.repeat(3000) })]),
      'file_limits',
    ],
  ];

  it.each(cases)('has %s', (_, content, reason) => {
    expect(reasonOf(() => parseAll(content))).toBe(reason);
    expect(reasonOf(() => parseAll(content, content.length > 10_000 ? 10_000 : 11))).toBe(reason);
  });

  it('names the file, the line and what was expected', () => {
    expect(() => parseAll(report([SCADA_HEADER, SCADA_TABLE, 'X,1']))).toThrow(
      'test.csv line 3: expected a row beginning with I or D, or the footer, found "X,1"',
    );
  });

  it('is found out quickly even when a quote swallows the rest', () => {
    const content = report([
      SCADA_HEADER,
      SCADA_TABLE,
      'D,DISPATCH,UNIT_SCADA,1,"x',
      ...Array.from({ length: 100_000 }, () => 'D,DISPATCH,UNIT_SCADA,1,2025,A,1,2'),
    ]);
    const started_ms = Date.now();
    expect(reasonOf(() => parseAll(content))).toBe('file_limits');
    expect(Date.now() - started_ms).toBeLessThan(2000);
  });

  it('has more lines than the limit', () => {
    const parser = new ReportParser('test.csv', () => undefined, {
      lines: 3,
      recordChars: 1000,
      columns: 10,
    });
    expect(reasonOf(() => parser.write(Buffer.from(good)))).toBe('file_limits');
  });
});

describe('the parser', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'Z', '0', ' ', ',', '"', '\n', '\r\n', '.', '-', 'é', '☀'),
    maxLength: 10,
  });
  const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`;
  const rows = fc.array(fc.array(text, { minLength: 3, maxLength: 3 }), { maxLength: 12 });
  const written = (cells: string[]): string =>
    `D,T,S,2,${cells.map((value) => (/[",\n\r]/.test(value) ? quoted(value) : value)).join()}`;

  it('reads back every row that is written in the grammar, as papaparse does', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 300 }), (cells, chunkBytes) => {
        const content = report([SCADA_HEADER, 'I,T,S,2,A,B,C', ...cells.map(written)], '\n');
        const { parsed, lines } = parseAll(content, chunkBytes);
        expect(parsed.map((row) => row.cells)).toEqual(cells);
        const oracle = Papa.parse<string[]>(content, { delimiter: ',', newline: '\n' }).data.filter(
          ([kind]) => kind === 'D',
        );
        expect(parsed.map((row) => row.cells)).toEqual(oracle.map((record) => record.slice(4)));
        expect(lines).toBe(content.split('\n').length - 1);
        for (const { line, raw } of parsed)
          expect(
            content
              .split('\n')
              .slice(line - 1)
              .join('\n')
              .startsWith(raw),
          ).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses a report cut anywhere', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (cells, share) => {
        const content = Buffer.from(report([SCADA_HEADER, 'I,T,S,2,A,B,C', ...cells.map(written)], '\n'));
        const withoutEnd = content.length - 1;
        expect(reasonOf(() => parseAll(content.subarray(0, Math.floor(share * withoutEnd))))).toBeDefined();
      }),
      { numRuns: 400 },
    );
  });

  it('meets any bytes with rows or an error of its own', () => {
    const shaped = fc
      .array(
        fc.constantFrom(
          SCADA_HEADER,
          SCADA_TABLE,
          scadaRow(),
          'C,"END OF REPORT",4',
          '"',
          ',',
          '\n',
          '\r\n',
          'I,',
          'D,',
          '\u0000',
          'é',
        ),
      )
      .map((parts) => Buffer.from(parts.join('\n')));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array)),
      shaped,
    );
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 50 }), (content, chunkBytes) => {
        reasonOf(() => parseAll(content, chunkBytes));
      }),
      { numRuns: 1000 },
    );
  });
});
