import fc from 'fast-check';
import Papa from 'papaparse';
import { parseAll, reasonOf, report, SCADA_HEADER, SCADA_TABLE, scadaRow } from './reportText';

describe('the parser of reports, by properties', () => {
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

  it('rejects a report cut anywhere', () => {
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
