import fs from 'node:fs/promises';
import { InvalidConfigurationError } from '../../settings/errors';

/**
 * The file-based checkpoint that others used before Currents: a JSON object `{file name: CRC-32}`, a JSON
 * list of CRC-32s, or one CRC-32 a line. It is read once and kept up to date as a JSON object beside our
 * own receipts. CRC-32s may be decimal or hexadecimal; all are compared as eight hexadecimal digits.
 */
export class CrcCheckpoint {
  private written: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly entries: Record<string, string>,
  ) {}

  static async open(file: string): Promise<CrcCheckpoint> {
    const text = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return new CrcCheckpoint(file, parseCheckpoint(text, file));
  }

  /** A CRC listed for this name, or listed without a name, counts as seen. */
  has(name: string, crc32: string): boolean {
    return this.entries[name] === crc32 || Object.hasOwn(this.entries, `#${crc32}`);
  }

  /**
   * Repeating it changes nothing. Files are ingested in parallel and share one draft, so writes are
   * serialized. A failed write fails only its own file, and the next write includes its entry.
   *
   * @throws the file system's own error
   */
  async add(name: string, crc32: string): Promise<void> {
    this.entries[name] = crc32;
    const writing = this.written.then(() => this.write());
    this.written = writing.catch(() => undefined);
    return writing;
  }

  private async write(): Promise<void> {
    const draft = `${this.file}.${process.pid}.new`;
    await fs.writeFile(draft, `${JSON.stringify(this.entries, null, 1)}\n`);
    await fs.rename(draft, this.file);
  }
}

function parseCheckpoint(text: string, file: string): Record<string, string> {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return nameless(trimmed.split(/\s+/).filter(Boolean), file);
  const parsed: unknown = JSON.parse(trimmed);
  if (Array.isArray(parsed)) return nameless(parsed, file);
  return Object.fromEntries(
    Object.entries(parsed as object).map(([name, crc]) => [name, normalCrc(crc, file)]),
  );
}

/** Entries without a file name are kept under `#<crc>`, a name no published file has. */
function nameless(crcs: unknown[], file: string): Record<string, string> {
  return Object.fromEntries(crcs.map((crc) => normalCrc(crc, file)).map((crc) => [`#${crc}`, crc]));
}

function normalCrc(found: unknown, file: string): string {
  const text = String(found).trim().toLowerCase().replace(/^0x/, '');
  if (typeof found === 'number' || /^\d{9,10}$/.test(text)) return Number(text).toString(16).padStart(8, '0');
  if (/^[0-9a-f]{1,8}$/.test(text)) return text.padStart(8, '0');
  throw new InvalidConfigurationError(
    `✖ CRC_CHECKPOINT_PATH: expected CRC-32 numbers in ${file}, found ${String(found).slice(0, 40)}`,
  );
}
