import { isRecordClosed, splitQuoted } from '../source/csvRecord';
import { MetadataColumnsError, MetadataFormatError } from './errors';
import type { MetadataProblem } from './unitMetadata';

export interface CsvRow {
  line: number;
  text: string;
  /** Cell of a known column; empty when the file does not have it. */
  cell(column: string): string;
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
 * Reads a CSV file with a header row (UTF-8 with or without BOM, any line end, RFC 4180 quotes).
 *
 * @param required groups of columns of which one must be there.
 * @throws MetadataColumnsError naming what is missing; MetadataFormatError when the bytes are no CSV text.
 */
export function readCsvTable(
  bytes: Buffer,
  source: string,
  synonyms: Synonyms,
  required: readonly (readonly string[])[],
): CsvTable {
  const [header, ...records] = recordsOf(bytes, source);
  const names = header ? (splitQuoted(header.text) ?? []) : [];
  const positions = columnPositions(names, synonyms);
  const missing = required
    .filter((group) => !group.some((column) => positions.has(column)))
    .map((group) => group.join(' or '));
  if (missing.length > 0) throw new MetadataColumnsError(source, missing, names);
  const problems: MetadataProblem[] = [];
  const rows = records.flatMap((record) => rowOf(record, positions, names.length, problems));
  return { rows, columns: new Set(positions.keys()), problems };
}

/**
 * Which cell holds which known column; of several headers that mean it the one named first among the
 * synonyms.
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

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function recordsOf(bytes: Buffer, source: string): { line: number; text: string }[] {
  if (bytes.includes(0)) throw new MetadataFormatError(source, 'CSV text in UTF-8', 'bytes that are no text');
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  if (lines.length > ROWS_MAX)
    throw new MetadataFormatError(source, `at most ${ROWS_MAX} lines`, String(lines.length));
  const records: { line: number; text: string }[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, line] of lines.entries()) {
    open = open ? { ...open, text: `${open.text}\n${line}` } : { line: index + 1, text: line };
    if (!isRecordClosed(open.text, 0, open.text.length)) continue;
    if (open.text.trim() !== '') records.push(open);
    open = undefined;
  }
  if (open)
    throw new MetadataFormatError(source, `a closing quote for line ${open.line}`, 'the end of the file');
  return records;
}

function rowOf(
  { line, text }: { line: number; text: string },
  positions: Map<string, number>,
  width: number,
  problems: MetadataProblem[],
): CsvRow[] {
  const cells = splitQuoted(text);
  if (cells && cells.length === width)
    return [{ line, text, cell: (column) => cells[positions.get(column) ?? -1] ?? '' }];
  problems.push({
    line,
    text,
    problem: cells ? `expected ${width} cells, found ${cells.length}` : 'text after a closing quote',
  });
  return [];
}
