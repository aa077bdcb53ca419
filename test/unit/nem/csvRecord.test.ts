import fc from 'fast-check';
import Papa from 'papaparse';
import { isRecordClosed, splitPlain, splitQuoted } from '../../../pipelines/nem/source/csvRecord';

const cell = fc.string({
  unit: fc.constantFrom('a', '1', ' ', ',', '"', '\n', '-', '.', '/', 'é'),
  maxLength: 12,
});
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** A cell as a careful writer writes it: quoted when it must be, sometimes when it need not. */
const written = fc
  .tuple(cell, fc.boolean())
  .map(([text, always]) => ({ text, csv: always || /[",\n]/.test(text) ? quoted(text) : text }));

describe('CSV records', () => {
  it('are split as papaparse splits them, whatever needs quotes', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 8 }), (cells) => {
        const record = cells.map(({ csv }) => csv).join(',');
        fc.pre(record !== '');
        const texts = cells.map(({ text }) => text);
        expect(splitQuoted(record)).toEqual(texts);
        expect(Papa.parse<string[]>(record, { delimiter: ',', newline: '\n' }).data[0]).toEqual(texts);
        expect(isRecordClosed(record, 0, record.length)).toBe(true);
        const plain: string[] = [];
        if (splitPlain(record, 0, record.length, plain)) expect(plain).toEqual(texts);
        else expect(record).toMatch(/"[^"]*[,\n"]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('read alike from the middle of a longer text', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 5 }), cell, cell, (cells, before, after) => {
        const record = cells.map(({ csv }) => csv).join(',');
        const alone: string[] = [];
        const inside: string[] = [];
        const text = `${before}\n${record}\n${after}`;
        const start = before.length + 1;
        expect(splitPlain(text, start, start + record.length, inside)).toBe(
          splitPlain(record, 0, record.length, alone),
        );
        if (splitPlain(record, 0, record.length, alone)) expect(inside).toEqual(alone);
        expect(isRecordClosed(text, start, start + record.length)).toBe(true);
      }),
    );
  });

  it('are open while a quoted cell is', () => {
    for (const text of ['a,"b', '"', 'a,"b"",', '"a\n'])
      expect(isRecordClosed(text, 0, text.length)).toBe(false);
  });

  it('keep a quote that does not begin a cell, as papaparse does', () => {
    expect(splitQuoted('5" pipe,b')).toEqual(['5" pipe', 'b']);
    expect(isRecordClosed('5" pipe,b', 0, 9)).toBe(true);
  });

  it('are refused when text follows a closing quote', () => {
    expect(splitQuoted('a,"b"c,d')).toBeUndefined();
  });

  it('may end in an empty cell', () => {
    expect(splitQuoted('a,')).toEqual(['a', '']);
    expect(splitQuoted('""')).toEqual(['']);
  });
});
