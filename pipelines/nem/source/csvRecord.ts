/**
 * Splits the operator's CSV. Most lines hold no comma, newline or escaped quote inside quotes, so a split at
 * the commas is right for them; one that is not falls back to reading character by character.
 */

const QUOTE = 34;
const COMMA = 44;

/**
 * True when no quoted cell is still open at `end`, so that a newline there ends the record. A quote that does
 * not begin a cell is an ordinary character, as other readers of these files take it.
 */
export function isRecordClosed(text: string, start: number, end: number): boolean {
  let quote = text.indexOf('"', start);
  while (quote !== -1 && quote < end) {
    if (isCellStart(text, start, quote)) quote = closingQuote(text, quote, end);
    if (quote === -1) return false;
    quote = text.indexOf('"', quote + 1);
  }
  return true;
}

/** A quote counts only where a cell begins. */
export function isCellStart(text: string, recordStart: number, index: number): boolean {
  return index === recordStart || text.charCodeAt(index - 1) === COMMA;
}

/** Index of the quote that closes the cell opened at `open`, or -1 when it is open at `end`. */
export function closingQuote(text: string, open: number, end: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote !== -1 && quote < end) {
    if (quote + 1 >= end || text.charCodeAt(quote + 1) !== QUOTE) return quote;
    quote = text.indexOf('"', quote + 2);
  }
  return -1;
}

/**
 * Cells of `text[start, end)` into `cells` (reused by the caller, its length set), quotes removed.
 * Returns false, with `cells` undefined in content, when a quoted cell holds a comma, newline or quote.
 */
export function splitPlain(text: string, start: number, end: number, cells: string[]): boolean {
  let count = 0;
  let from = start;
  for (;;) {
    const comma = text.indexOf(',', from);
    const to = comma === -1 || comma > end ? end : comma;
    if (text.charCodeAt(from) === QUOTE && from < to) {
      if (to - from < 2 || text.indexOf('"', from + 1) !== to - 1) return false;
      cells[count++] = text.slice(from + 1, to - 1);
    } else {
      cells[count++] = text.slice(from, to);
    }
    if (to === end) break;
    from = to + 1;
  }
  cells.length = count;
  return true;
}

/**
 * Cells of one record of any shape (RFC 4180), or undefined when text follows a closing quote or a quote
 * stays open.
 *
 * @param record one whole record without its line end.
 */
export function splitQuoted(record: string): string[] | undefined {
  const cells: string[] = [];
  let from = 0;
  while (from <= record.length) {
    const isQuoted = record.charCodeAt(from) === QUOTE;
    const last = isQuoted ? closingQuote(record, from, record.length) : nextComma(record, from) - 1;
    const end = last + 1;
    if ((isQuoted && last === -1) || (end < record.length && record.charCodeAt(end) !== COMMA))
      return undefined;
    cells.push(isQuoted ? record.slice(from + 1, last).replaceAll('""', '"') : record.slice(from, end));
    from = end + 1;
  }
  return cells;
}

function nextComma(record: string, from: number): number {
  const comma = record.indexOf(',', from);
  return comma === -1 ? record.length : comma;
}
