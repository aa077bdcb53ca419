import { closingQuote, isCellStart, isRecordClosed } from './csvRecord';
import { UntrustedFileError, type UntrustedReason } from './errors';
import { ReportText } from './reportText';

const CARRIAGE_RETURN = 13;

export interface ScannerLimits {
  recordChars: number;
  lines: number;
}

/**
 * Splits streamed bytes into CSV records: LF or CRLF, with or without an end of line at the end, newlines
 * inside quotes kept in their record. During `onRecord` the record is `text[start, stop)` and begins on
 * `line`.
 */
export class RecordScanner {
  text = '';
  start = 0;
  stop = 0;
  /** Physical line on which the record begins, from 1. */
  line = 1;

  private readonly decoder: ReportText;
  private tail = '';
  private recordLines = 1;
  private nextQuote = -1;

  constructor(
    private readonly fileName: string,
    private readonly limits: ScannerLimits,
    private readonly onRecord: () => void,
  ) {
    this.decoder = new ReportText(fileName);
  }

  write(chunk: Buffer): void {
    this.scan(this.tail + this.decoder.decode(chunk), false);
  }

  end(): void {
    this.scan(this.tail + this.decoder.end(), true);
  }

  /** The record as received, without its line end. */
  raw(): string {
    return this.text.slice(this.start, this.stop);
  }

  untrusted(reason: UntrustedReason, expected: string, found: string): UntrustedFileError {
    return new UntrustedFileError(reason, `${this.fileName} line ${this.line}`, expected, found, {
      line: this.line,
    });
  }

  private scan(text: string, isLast: boolean): void {
    this.text = text;
    this.start = 0;
    this.nextQuote = -1;
    for (let end = this.recordEnd(isLast); end !== -1; end = this.recordEnd(isLast)) {
      this.stop = end > this.start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
      this.checkLimits(end);
      this.onRecord();
      this.line += this.recordLines;
      this.start = end + 1;
    }
    this.tail = text.slice(this.start);
    this.checkLimits(text.length);
  }

  /**
   * Index of the newline that ends the record at `start`, the text's end for a last line without one, -1 for
   * "not yet".
   */
  private recordEnd(isLast: boolean): number {
    const { text, start } = this;
    this.recordLines = 1;
    let end = text.indexOf('\n', start);
    for (let quote = this.quoteFrom(start); end !== -1 && quote < end; quote = this.quoteFrom(quote + 1)) {
      if (!isCellStart(text, start, quote)) continue;
      quote = closingQuote(text, quote, text.length);
      if (quote === -1) end = -1;
      else end = this.newlineAfter(quote, end);
    }
    if (end !== -1 || !isLast || start >= text.length) return end;
    if (!isRecordClosed(text, start, text.length))
      throw this.untrusted('file_truncated', 'a closing quote', 'the end of the file');
    return text.length;
  }

  /** The newlines before a closing quote are part of the cell, and lines of the file all the same. */
  private newlineAfter(quote: number, newline: number): number {
    let end = newline;
    while (end !== -1 && end < quote) {
      this.recordLines += 1;
      end = this.text.indexOf('\n', end + 1);
    }
    return end;
  }

  /**
   * Looks for a quote once per quote and not once per line, or files without quotes would be read over and
   * over.
   */
  private quoteFrom(from: number): number {
    if (this.nextQuote < from) {
      const found = this.text.indexOf('"', from);
      this.nextQuote = found === -1 ? this.text.length : found;
    }
    return this.nextQuote;
  }

  private checkLimits(end: number): void {
    const { recordChars, lines } = this.limits;
    if (end - this.start > recordChars)
      throw this.untrusted(
        'file_limits',
        `records of at most ${recordChars} characters`,
        'a longer one, or a quote never closed',
      );
    if (this.line > lines) throw this.untrusted('file_limits', `at most ${lines} lines`, 'more');
  }
}
