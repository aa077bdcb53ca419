import { printRows, type Printed } from '../../../cli/support/printRows';
import { rowFormat, type Format } from '../../../cli/support/rowFormats';
import type { Cell, Page } from '../../../trino/client';
import { parseLosslessJson } from '../../../trino/losslessJson';

async function* pagesOf(names: string[], ...pages: Cell[][][]): AsyncGenerator<Page> {
  const columns = names.map((name) => ({ name, type: 'varchar' }));
  // Trino's first answers have neither columns nor rows.
  yield { columns: [], rows: [] };
  for (const rows of pages) yield { columns, rows };
}

async function printed(
  format: Format,
  pages: AsyncIterable<Page>,
  limit = Infinity,
): Promise<Printed & { text: string; pieces: number }> {
  const pieces: string[] = [];
  const result = await printRows(pages, rowFormat(format), limit, async (piece) => {
    pieces.push(piece);
  });
  return { ...result, text: pieces.join(''), pieces: pieces.length };
}

/** As Trino sends them: bigint, decimal, timestamp, array with a large number, null, boolean. */
const ROW = parseLosslessJson(
  '[8123456789012345678, "12345678901234567890.10", "2025-12-27 00:05:00.123456", ' +
    '[9007199254740993, null], null, true]',
) as Cell[];
const NAMES = ['id', 'amount', 'at', 'list', 'none', 'is_it'];

describe('rows as CSV', () => {
  it('have a header, CRLF, and every value whole', async () => {
    expect((await printed('csv', pagesOf(NAMES, [ROW]))).text).toBe(
      'id,amount,at,list,none,is_it\r\n' +
        '8123456789012345678,12345678901234567890.10,2025-12-27 00:05:00.123456,' +
        '"[""9007199254740993"",null]",,true\r\n',
    );
  });

  it('quote what needs it and tell an empty text from null', async () => {
    const rows = [
      ['a "b", c', 'two\nlines'],
      ['', null],
      [' x', '\r'],
    ];
    expect((await printed('csv', pagesOf(['n,1', 'm'], rows))).text).toBe(
      '"n,1",m\r\n"a ""b"", c","two\nlines"\r\n"",\r\n x,"\r"\r\n',
    );
  });

  it('have a line for a null alone, and the header alone without rows', async () => {
    expect((await printed('csv', pagesOf(['n'], [[null], [1]]))).text).toBe('n\r\n""\r\n1\r\n');
    expect((await printed('csv', pagesOf(['n'], []))).text).toBe('n\r\n');
  });
});

describe('rows as JSON', () => {
  it('are one document with every value whole', async () => {
    const { text } = await printed('json', pagesOf(NAMES, [ROW], [], [ROW]));
    const row = {
      id: '8123456789012345678',
      amount: '12345678901234567890.10',
      at: '2025-12-27 00:05:00.123456',
      list: ['9007199254740993', null],
      none: null,
      is_it: true,
    };
    expect(JSON.parse(text)).toEqual([row, row]);
  });

  it('are an empty list without rows', async () => {
    expect((await printed('json', pagesOf(['n'], []))).text).toBe('[]\n');
  });

  it('keep two columns of one name', async () => {
    expect(JSON.parse((await printed('json', pagesOf(['n', 'n', 'n_2'], [[1, 2, 3]]))).text)).toEqual([
      { n: 1, n_2: 2, n_2_2: 3 },
    ]);
  });
});

describe('rows as a table', () => {
  it('are aligned by the first of them, and later ones are whole', async () => {
    const rows: Cell[][] = Array.from({ length: 1500 }, (_, index) => [index, 'x']);
    rows[1400] = [123456, 'far longer than the sample'];
    const { text } = await printed('table', pagesOf(['n', 'word'], rows.slice(0, 700), rows.slice(700)));
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual(['  n  word', '---  ----', '  0  x']);
    expect(lines[2 + 1400]).toBe('123456  far longer than the sample');
    expect(lines.slice(-2)).toEqual(['(1500 rows)', '']);
  });

  it('show a line end inside a cell as a mark', async () => {
    expect((await printed('table', pagesOf(['n'], [['a\nb'], [null]]))).text).toBe(
      'n\n----\na\\nb\n-\n(2 rows)\n',
    );
  });
});

describe('every row', () => {
  it('is written in pieces, the next page asked for when they are', async () => {
    let [asked, written] = [0, 0];
    async function* many(): AsyncGenerator<Page> {
      for (let page = 0; page < 50; page += 1) {
        asked += 1;
        yield {
          columns: [{ name: 'n', type: 'bigint' }],
          rows: Array.from({ length: 10_000 }, (_, index) => [page * 10_000 + index]),
        };
      }
    }
    let longest = 0;
    const result = await printRows(many(), rowFormat('csv'), Infinity, async (piece) => {
      longest = Math.max(longest, piece.length);
      written += piece.split('\r\n').length - 1;
      await Promise.resolve();
      expect(asked * 10_000 - written).toBeLessThan(20_000);
    });
    expect(result).toEqual({ rows: 500_000, isCut: false });
    expect(written).toBe(500_001);
    expect(longest).toBeLessThan(70_000);
  });

  it.each(['csv', 'json', 'table'] as const)(
    'is written up to a limit, which says so, as %s',
    async (format) => {
      const pages = (): AsyncGenerator<Page> => pagesOf(['n'], [[1], [2]], [[3]]);
      expect(await printed(format, pages(), 2)).toMatchObject({ rows: 2, isCut: true });
      expect(await printed(format, pages(), 3)).toMatchObject({ rows: 3, isCut: false });
      const { text } = await printed('json', pages(), 2);
      expect(JSON.parse(text)).toEqual([{ n: 1 }, { n: 2 }]);
    },
  );
});
