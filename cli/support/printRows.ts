import type { Page } from '../../trino/client';
import type { RowFormat } from './rowFormats';

const PIECE_CHARACTERS = 1 << 16;

export interface Printed {
  rows: number;
  /** There were more than the limit. */
  isCut: boolean;
}

/** Writes pages as they arrive, in pieces, and requests the next page only when they are written. */
export async function printRows(
  pages: AsyncIterable<Page>,
  format: RowFormat,
  limit: number,
  write: (text: string) => Promise<void>,
): Promise<Printed> {
  let [piece, rows, hasBegun] = ['', 0, false];
  for await (const page of pages) {
    if (page.columns.length === 0) continue;
    if (!hasBegun) piece = format.begin(page.columns.map(({ name }) => name));
    hasBegun = true;
    for (const row of page.rows) {
      if (rows === limit) {
        await write(piece + format.end(rows));
        return { rows, isCut: true };
      }
      piece += format.row(row);
      rows += 1;
      if (piece.length < PIECE_CHARACTERS) continue;
      await write(piece);
      piece = '';
    }
  }
  // A statement without a result has no header and no end either.
  if (hasBegun) await write(piece + format.end(rows));
  return { rows, isCut: false };
}
