import { splitPlain, splitQuoted } from './csvRecord';
import { UntrustedFileError } from './errors';
import { RecordScanner, type ScannerLimits } from './recordScanner';
import { parseHeader, type ReportHeader } from './reportHeader';

/** One I row: the columns of the D rows that follow, as this very file names them. */
export interface ReportTable {
  /** `<report>.<subtype>`, such as DISPATCH.UNIT_SCADA. */
  key: string;
  version: number;
  /**
   * Names from the fifth cell on. Columns come and go without a new version, so no other file's order holds.
   */
  columns: readonly string[];
}

/** The current D row. The parser reuses it and its cells: copy values that must outlive the call. */
export interface ReportRow {
  /** From the fifth cell on, quotes removed; may be more or fewer than the table's columns. */
  readonly cells: readonly string[];
  /** Physical line on which the row begins; the header is line 1. */
  readonly line: number;
  /** The row as received, without its line end. */
  raw(): string;
}

export type RowHandler = (row: ReportRow) => void;

/** Asked at every I row: a handler for the D rows, or undefined for a table that is only counted. */
export type TableHandler = (table: ReportTable, header: ReportHeader) => RowHandler | undefined;

export interface ReportTotals {
  header: ReportHeader;
  /** Physical lines including header and footer: what the footer states. */
  lines: number;
  /** D rows of tables that have a handler. */
  rows: number;
  /** D rows of the other tables, by table key. */
  unusedTables: Record<string, number>;
}

export interface ParserLimits extends ScannerLimits {
  columns: number;
}

/**
 * Far above the largest published: 19 million rows in a monthly bid file, 131 columns, lines below 4 KB. A
 * record is a message of Kafka's, which takes 1 MiB: as UTF-8 and with every sign escaped it still fits.
 */
export const PARSER_LIMITS: ParserLimits = { recordChars: 1 << 17, columns: 2000, lines: 100_000_000 };

interface OpenTable extends ReportTable {
  /** How its D rows begin, so that the usual row needs one comparison. */
  prefix: string;
  handler: RowHandler | undefined;
}

const LETTER_D = 68;
const KEY_CELLS = 4;

/**
 * Streams one report of C (control), I (columns) and D (data) rows (AEMO, Guide to CSV Data Format Standard).
 * Give it the bytes by `write`, then call `end`. Rows reach their handlers as they are read, so none of them
 * counts until `end` has returned.
 *
 * A D row belongs to the latest I row with the same report, subtype and version. The footer's number counts
 * physical lines, newlines inside quotes included. A row's number of cells is the handler's business.
 *
 * @throws UntrustedFileError from `write` and `end`, naming file and line.
 */
export class ReportParser implements ReportRow {
  readonly cells: string[] = [];
  private readonly scanner: RecordScanner;
  private readonly tables = new Map<string, OpenTable>();
  private readonly unusedTables: Record<string, number> = {};
  private header: ReportHeader | undefined;
  private table: OpenTable | undefined;
  private rows = 0;
  private footerLines: number | undefined;

  constructor(
    private readonly fileName: string,
    private readonly onTable: TableHandler,
    private readonly limits = PARSER_LIMITS,
  ) {
    this.scanner = new RecordScanner(fileName, limits, () => this.record());
  }

  get line(): number {
    return this.scanner.line;
  }

  raw(): string {
    return this.scanner.raw();
  }

  write(chunk: Buffer): void {
    this.scanner.write(chunk);
  }

  end(): ReportTotals {
    this.scanner.end();
    const { header, footerLines, rows, unusedTables } = this;
    if (!header) throw new UntrustedFileError('file_empty', this.fileName, 'a report', 'an empty file');
    if (footerLines === undefined)
      throw this.scanner.untrusted(
        'file_truncated',
        'the footer C,"END OF REPORT",<lines>',
        'the end of the file',
      );
    return { header, lines: footerLines, rows, unusedTables };
  }

  private record(): void {
    const { table, scanner } = this;
    if (this.footerLines !== undefined) this.afterFooter();
    else if (table !== undefined && scanner.text.startsWith(table.prefix, scanner.start)) this.row(table);
    else if (this.header === undefined) this.firstRecord();
    else if (scanner.text.charCodeAt(scanner.start) === LETTER_D) this.rowOfOtherTable();
    else this.controlRecord(this.splitRecord());
  }

  private row(table: OpenTable): void {
    const { scanner, cells } = this;
    if (table.handler === undefined) return this.countUnused(table);
    this.rows += 1;
    if (!splitPlain(scanner.text, scanner.start + table.prefix.length, scanner.stop, cells))
      this.setCells(this.splitRecord());
    this.checkColumns(cells.length);
    table.handler(this);
  }

  /** A D row that does not follow its own I row directly, or writes its keys in another way (quoted). */
  private rowOfOtherTable(): void {
    const cells = this.splitRecord();
    const table = cells.length >= KEY_CELLS ? this.tables.get(tableId(cells)) : undefined;
    if (cells[0] !== 'D' || !table) throw this.badRow('a D row whose keys match an I row before it');
    this.table = table;
    if (table.handler === undefined) return this.countUnused(table);
    this.rows += 1;
    this.setCells(cells);
    table.handler(this);
  }

  private countUnused(table: OpenTable): void {
    this.unusedTables[table.key] = (this.unusedTables[table.key] ?? 0) + 1;
  }

  private firstRecord(): void {
    if (this.raw().trim() !== '') this.header = parseHeader(this.raw(), this.fileName);
    else if (this.scanner.text.trim() !== '')
      throw this.scanner.untrusted('file_header', 'a C row', 'a blank line');
  }

  private controlRecord(cells: string[]): void {
    if (cells[0] === 'I') this.openTable(cells);
    else if (cells[0] === 'C' && cells[1] === 'END OF REPORT') this.footer(cells[2] ?? '');
    else throw this.badRow('a row beginning with I or D, or the footer');
  }

  private openTable(cells: string[]): void {
    const [, report = '', subtype = '', version = ''] = cells;
    const columns = cells.slice(KEY_CELLS);
    if (columns.length === 0) throw this.badRow('an I row with report, subtype, version and columns');
    this.checkColumns(columns.length);
    const table: ReportTable = {
      key: `${report}.${subtype}`,
      version: Number(version || Number.NaN),
      columns,
    };
    const handler = this.onTable(table, this.header!);
    if (handler) this.checkUsable(table);
    this.table = { ...table, handler, prefix: `D,${report},${subtype},${version},` };
    this.tables.set(tableId(cells), this.table);
    if (!handler) this.unusedTables[table.key] ??= 0;
  }

  /** Only tables that are read must have a version and distinct columns. */
  private checkUsable({ key, version, columns }: ReportTable): void {
    if (!Number.isSafeInteger(version)) throw this.badRow(`a version number of ${key}`);
    if (columns.includes('') || new Set(columns).size < columns.length)
      throw this.badRow(`columns of ${key} with a name each`);
  }

  private footer(stated: string): void {
    if (!/^\d+$/.test(stated)) throw this.badRow('a number of lines in the footer');
    if (Number(stated) !== this.line)
      throw this.scanner.untrusted('file_truncated', `${stated} lines, as the footer says`, `${this.line}`);
    this.footerLines = this.line;
  }

  private afterFooter(): void {
    if (this.raw().trim() !== '') throw this.badRow('nothing after the footer');
  }

  private splitRecord(): string[] {
    const cells = splitQuoted(this.raw());
    if (!cells) throw this.badRow('a comma after a closing quote');
    return cells;
  }

  private setCells(record: string[]): void {
    this.cells.length = 0;
    for (let index = KEY_CELLS; index < record.length; index += 1) this.cells.push(record[index]!);
  }

  private checkColumns(found: number): void {
    if (found > this.limits.columns)
      throw this.scanner.untrusted('file_limits', `at most ${this.limits.columns} columns`, String(found));
  }

  private badRow(expected: string): UntrustedFileError {
    return this.scanner.untrusted('file_structure', expected, JSON.stringify(this.raw().slice(0, 80)));
  }
}

/** The keys joined by a character that no key holds outside quotes. */
function tableId(cells: string[]): string {
  return cells.slice(1, KEY_CELLS).join('\n');
}
