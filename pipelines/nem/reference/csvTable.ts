import { csvRecords, delimiterOf, type CsvRecord } from './csvCells';
import { MetadataColumnsError, MetadataFormatError } from './errors';
import { csvNumber, numberStyleOf, type NumberStyle } from './csvNumber';
import { decodeText, type TextEncoding } from './textDecoding';
import type { MetadataProblem } from './unitMetadata';

export interface CsvRow {
  line: number;
  text: string;
  /** Cell of a known column; empty when the file does not have it. */
  cell(column: string): string;
  /** The number in the cell, null when it is empty or `-`, undefined when it is none of `least` or more. */
  number(column: string, least?: number): number | null | undefined;
}

export interface CsvTable {
  rows: CsvRow[];
  columns: ReadonlySet<string>;
  problems: MetadataProblem[];
}

/** Column name to the header names that mean it; compared without case, blanks and punctuation. */
export type Synonyms = Readonly<Record<string, readonly string[]>>;

const ROWS_MAX = 1_000_000;

/**
 * Reads a CSV file with a header row: UTF-8, UTF-16 with its mark or the encoding stated, any line end,
 * commas, semicolons or tabs, RFC 4180 quotes. Columns that are not used are listed.
 *
 * @param required groups of columns of which one must be there.
 * @throws MetadataColumnsError naming what is missing; MetadataEncodingError; MetadataFormatError when the
 *   bytes are no CSV text.
 */
export function readCsvTable(
  bytes: Buffer,
  source: string,
  synonyms: Synonyms,
  required: readonly (readonly string[])[],
  encoding?: TextEncoding,
): CsvTable {
  const text = decodeText(bytes, source, encoding);
  const delimiter = delimiterOf(text);
  const [header, ...records] = recordsOf(text, delimiter, source);
  const names = header?.cells ?? [];
  const positions = columnPositions(names, synonyms);
  const missing = required
    .filter((group) => !group.some((column) => positions.has(column)))
    .map((group) => group.join(' or '));
  if (missing.length > 0) throw new MetadataColumnsError(source, missing, names);
  const problems = header ? unusedColumns(header, positions) : [];
  const style = numberStyleOf(delimiter, cellsOf(records));
  const rows = records.flatMap((record) => rowOf(record, positions, names.length, style, problems));
  return { rows, columns: new Set(positions.keys()), problems };
}

/**
 * Which cell holds which known column; of several headers that mean it the one named first among the
 * synonyms, and of a name that stands twice the first.
 */
export function columnPositions(names: readonly string[], synonyms: Synonyms): Map<string, number> {
  const positions = new Map<string, number>();
  for (const [column, others] of Object.entries(synonyms)) {
    const found = [column, ...others]
      .map((known) => names.findIndex((name) => plain(name) === plain(known)))
      .find((index) => index !== -1);
    if (found !== undefined) positions.set(column, found);
  }
  return positions;
}

/** Known columns that the header names twice, in its words: the readers take the first. */
export function repeatedColumns(names: readonly string[], positions: ReadonlyMap<string, number>): string[] {
  const used = new Set([...positions.values()].map((index) => plain(names[index]!)));
  const repeated = names.filter(
    (name, index) => used.has(plain(name)) && names.findIndex((each) => plain(each) === plain(name)) < index,
  );
  return [...new Set(repeated)];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function recordsOf(text: string, delimiter: string, source: string): CsvRecord[] {
  const records = csvRecords(text, delimiter);
  const open = records.find((record) => record.problem === 'a quote that is never closed');
  if (open)
    throw new MetadataFormatError(source, `a closing quote for line ${open.line}`, 'the end of the file');
  if (records.length > ROWS_MAX)
    throw new MetadataFormatError(source, `at most ${ROWS_MAX} lines`, String(records.length));
  return records;
}

function unusedColumns({ line, text, cells }: CsvRecord, positions: Map<string, number>): MetadataProblem[] {
  const used = new Set(positions.values());
  const unused = cells.filter((name, index) => name.trim() !== '' && !used.has(index));
  if (unused.length === 0) return [];
  return [{ line, text, problem: `columns that are not used: ${unused.join(', ')}`, isTaken: true }];
}

function* cellsOf(records: readonly CsvRecord[]): Generator<string> {
  for (const { cells } of records) yield* cells;
}

function rowOf(
  { line, text, cells, problem }: CsvRecord,
  positions: Map<string, number>,
  width: number,
  style: NumberStyle,
  problems: MetadataProblem[],
): CsvRow[] {
  const wrong = problem ?? (cells.length === width ? null : `expected ${width} cells, found ${cells.length}`);
  if (wrong !== null) {
    problems.push({ line, text, problem: wrong });
    return [];
  }
  if (text.includes('\uFFFD'))
    problems.push({
      line,
      text,
      problem: 'holds the replacement character U+FFFD: the text was damaged before it was saved',
      isTaken: true,
    });
  const cell = (column: string) => cells[positions.get(column) ?? -1] ?? '';
  return [{ line, text, cell, number: (column, least = 0) => csvNumber(cell(column), style, least) }];
}
