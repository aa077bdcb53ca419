import { PARSER_LIMITS, ReportParser } from '../../../pipelines/nem/source/reportParser';
import { parseAll, reasonOf, report, SCADA_HEADER, SCADA_TABLE, scadaReport, scadaRow } from './reportText';

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

  it('is found out within the limit of a record when a quote swallows the rest', () => {
    const content = report([
      SCADA_HEADER,
      SCADA_TABLE,
      'D,DISPATCH,UNIT_SCADA,1,"x',
      ...Array.from({ length: 100_000 }, () => 'D,DISPATCH,UNIT_SCADA,1,2025,A,1,2'),
    ]);
    const parser = new ReportParser('test.csv', () => undefined);
    let taken = 0;
    const writeNext = (): void => {
      parser.write(Buffer.from(content.slice(taken, taken + 1_000)));
      taken += 1_000;
    };
    expect(
      reasonOf(() => {
        while (taken < content.length) writeNext();
      }),
    ).toBe('file_limits');
    expect(taken).toBeLessThan(PARSER_LIMITS.recordChars + 1_000);
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
