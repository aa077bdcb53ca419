import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { UntrustedFileError } from './errors';

/**
 * Turns the chunks of a report into text. Reports are ASCII, so that is the quick way; UTF-8 is accepted (a
 * mark at the start is dropped), anything else is rejected: NUL bytes mean UTF-16, invalid UTF-8 means a code
 * page.
 */
export class ReportText {
  private decoder: TextDecoder | undefined;

  constructor(private readonly where: string) {}

  /** @throws UntrustedFileError file_encoding */
  decode(chunk: Buffer): string {
    if (chunk.includes(0)) throw this.notText('NUL bytes (UTF-16 or binary)');
    if (!this.decoder && isAscii(chunk)) return chunk.toString('latin1');
    this.decoder ??= new TextDecoder('utf-8', { fatal: true });
    return this.decodeUtf8(chunk, true);
  }

  /** Bytes held back at a chunk border. */
  end(): string {
    return this.decoder ? this.decodeUtf8(Buffer.alloc(0), false) : '';
  }

  private decodeUtf8(chunk: Buffer, stream: boolean): string {
    try {
      return this.decoder!.decode(chunk, { stream });
    } catch {
      throw this.notText('bytes that are not UTF-8');
    }
  }

  private notText(found: string): UntrustedFileError {
    return new UntrustedFileError('file_encoding', this.where, 'ASCII or UTF-8 text', found);
  }
}
