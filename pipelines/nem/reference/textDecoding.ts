import type { TextEncoding } from '../../../core/reference';
import { MetadataEncodingError, MetadataFormatError } from './errors';

export type { TextEncoding };

const MARKS: readonly (readonly [TextEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/**
 * Characters of Windows-1252 for the bytes 0x80 to 0x9f; U+FFFD where it has none. Node 20 decodes these
 * bytes as Latin 1, whose control characters do not show.
 */
const HIGH_CHARACTERS =
  '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd' +
  '\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178';
const LINE_END = /\r\n|\n|\r/;

/**
 * The text of a user's file, decoded strictly: an invalid byte is an error with its line and column, never a
 * replacement character. A byte order mark wins over the stated encoding.
 *
 * @throws MetadataEncodingError; MetadataFormatError when the bytes are no text at all.
 */
export function decodeText(bytes: Buffer, source: string, stated: TextEncoding = 'utf-8'): string {
  const encoding =
    MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0] ?? stated;
  const isWide = encoding.startsWith('utf-16');
  if (!isWide && bytes.includes(0)) throw zeroBytes(bytes, source);
  if (isWide && bytes.length % 2 === 1) throw badBytes(bytes, source, encoding);
  if (encoding === 'windows-1252') {
    const text = lossyText(bytes, encoding);
    if (text.includes('\uFFFD')) throw badBytes(bytes, source, encoding);
    return text;
  }
  const text = strictText(bytes, source, encoding);
  // UTF-32 begins with the mark of UTF-16, and every other character is then a zero.
  if (text.includes('\0'))
    throw new MetadataFormatError(source, 'CSV text', 'characters that are zero (UTF-32?)');
  return text;
}

function strictText(bytes: Buffer, source: string, encoding: TextEncoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw badBytes(bytes, source, encoding);
  }
}

/** Text in UTF-16 has a zero in every other byte; a workbook or a zip has them anywhere. */
function zeroBytes(bytes: Buffer, source: string): Error {
  const zeros = [0, 1].map((rest) => bytes.filter((byte, at) => byte === 0 && at % 2 === rest).length);
  const isUtf16 = Math.max(...zeros) > bytes.length / 4 && Math.min(...zeros) < bytes.length / 100;
  return new MetadataFormatError(
    source,
    'CSV text in UTF-8',
    isUtf16 ? 'UTF-16 without a byte order mark (state it: --encoding utf-16le)' : 'bytes that are no text',
  );
}

/** With U+FFFD for bytes that are invalid in the encoding. */
function lossyText(bytes: Buffer, encoding: TextEncoding): string {
  if (encoding !== 'windows-1252') return new TextDecoder(encoding).decode(bytes);
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (character) => HIGH_CHARACTERS[character.charCodeAt(0) - 0x80]!);
}

function badBytes(bytes: Buffer, source: string, encoding: TextEncoding): Error {
  const text = lossyText(bytes, encoding);
  const at = replacedAt(bytes, text, encoding);
  const lines = text.slice(0, at).split(LINE_END);
  return new MetadataEncodingError(source, encoding, {
    line: lines.length,
    column: lines.at(-1)!.length + 1,
    text: text.slice(0, at).slice(-lines.at(-1)!.length) + text.slice(at).split(LINE_END)[0]!,
  });
}

/** Index of the first replacement character that the bytes themselves do not spell. */
function replacedAt(bytes: Buffer, text: string, encoding: TextEncoding): number {
  if (encoding !== 'utf-8') return Math.max(text.indexOf('\uFFFD'), 0);
  const body = bytes.subarray(bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0);
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', at + 1)) {
    const byteAt = Buffer.byteLength(text.slice(0, at));
    if (!body.subarray(byteAt, byteAt + 3).equals(Buffer.from('\uFFFD'))) return at;
  }
  return 0;
}
