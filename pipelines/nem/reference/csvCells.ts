/** One record of a CSV text: its first line, its text, and its cells, or its fault. */
export interface CsvRecord {
  line: number;
  text: string;
  cells: string[];
  problem: 'text after a closing quote' | 'a quote that is never closed' | null;
}

const BLANK = /^[\s]*$/;

/**
 * Records of a CSV text (RFC 4180 quotes, any line end, also inside quotes). Unlike the reader of the
 * operator's reports, it accepts any delimiter and keeps the line of each record. Blank lines are skipped.
 */
export function csvRecords(text: string, delimiter: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  for (let at = 0, line = 1; at < text.length;) {
    const { record, next } = recordAt(text, at, line, delimiter);
    if (!BLANK.test(record.text) && !(at === 0 && SEPARATOR_LINE.test(text))) records.push(record);
    line += text.slice(at, next).match(/\r\n|\n|\r/g)?.length ?? 0;
    at = next;
  }
  return records;
}

/** The line by which a spreadsheet is told the delimiter; it stands before the header. */
const SEPARATOR_LINE = /^"?sep=(.)"?(?=\r|\n)/i;

/**
 * The delimiter that the file states, else the one that its header uses most outside quotes; a comma when it
 * uses none.
 */
export function delimiterOf(text: string): string {
  const stated = SEPARATOR_LINE.exec(text)?.[1];
  if (stated) return stated;
  const header = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((each) => [each, header.split(each).length] as const);
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

function recordAt(text: string, start: number, line: number, delimiter: string) {
  const cells: string[] = [];
  let problem: CsvRecord['problem'] = null;
  let at = start;
  for (;;) {
    const cell = text[at] === '"' ? quotedAt(text, at) : plainAt(text, at, delimiter);
    cells.push(cell.value);
    at = cell.next;
    if (cell.isOpen) problem = 'a quote that is never closed';
    if (at >= text.length || isLineEnd(text[at]!)) break;
    if (text[at] !== delimiter) {
      problem ??= 'text after a closing quote';
      at = plainAt(text, at, delimiter).next;
      if (at >= text.length || isLineEnd(text[at]!)) break;
    }
    at += 1;
  }
  const next = text.startsWith('\r\n', at) ? at + 2 : at + 1;
  return { record: { line, text: text.slice(start, at), cells, problem }, next };
}

function quotedAt(text: string, open: number) {
  let close = text.indexOf('"', open + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const end = close === -1 ? text.length : close;
  const value = text.slice(open + 1, end).replaceAll('""', '"');
  return { value, next: close === -1 ? end : end + 1, isOpen: close === -1 };
}

function plainAt(text: string, start: number, delimiter: string) {
  let end = start;
  while (end < text.length && text[end] !== delimiter && !isLineEnd(text[end]!)) end += 1;
  return { value: text.slice(start, end), next: end, isOpen: false };
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r';
}
