import type { Readable } from 'node:stream';

const LONGEST_LINE_CHARS = 1_000_000;

/**
 * Calls `onLine` with each line of a stream, without its end; one longer than a million characters comes in
 * pieces.
 */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach((line) => onLine(line.replace(/\r$/, '')));
    if (rest.length > LONGEST_LINE_CHARS) {
      onLine(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest) onLine(rest);
  });
}

/** Keeps the last lines of a child's output, bounded, for the error that may be needed. */
export class OutputTail {
  private readonly lines: string[] = [];
  private size_chars = 0;

  constructor(private readonly limit_chars: number) {}

  add(line: string): void {
    const kept = line.length > this.limit_chars ? line.slice(-this.limit_chars) : line;
    this.lines.push(kept);
    this.size_chars += kept.length + 1;
    while (this.size_chars > this.limit_chars && this.lines.length > 1) this.dropOldest();
  }

  toString(): string {
    return this.lines.join('\n');
  }

  private dropOldest(): void {
    this.size_chars -= (this.lines.shift() ?? '').length + 1;
  }
}
