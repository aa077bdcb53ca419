import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { UntrustedFileError } from './errors';

export interface ZipLimits {
  /** Most bytes a member may unpack to, by its own statement and in fact. */
  memberBytes: number;
  /** Most bytes unpacked per byte packed; only held against members above `ratioFromBytes`. */
  ratio: number;
  ratioFromBytes: number;
}

/** Reports unpack 7 to 14 times and to 2.4 MB; the largest monthly table is near 400 MB. */
export const ZIP_LIMITS: ZipLimits = { memberBytes: 512 << 20, ratio: 200, ratioFromBytes: 1 << 20 };

export interface ReportMember {
  name: string;
  bytes: Buffer;
}

const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const EMPTY_ARCHIVE = Buffer.from('PK\x05\x06', 'latin1');
/** Letters, digits and the few marks that published names hold (monthly names have `#`); no folder, no leading dot. */
const PLAIN_CSV_NAME = /^[A-Za-z0-9_#%][A-Za-z0-9_#%.\- ]{0,200}\.csv$/i;

/**
 * Unpacks a published report: a zip with exactly one member, a CSV with a plain name, not encrypted, of a sane
 * size, whose CRC-32 is right. Unpacking stops at the limit, whatever the zip states.
 *
 * @throws UntrustedFileError not_a_zip, zip_corrupt, zip_bomb, zip_encrypted, zip_member_name, zip_member_count, file_empty.
 */
export async function extractReport(zipBytes: Buffer, fileName: string, limits = ZIP_LIMITS): Promise<ReportMember> {
  checkSignature(zipBytes, fileName);
  const zip = await openZip(zipBytes, fileName);
  // Its errors reach us by the calls below; one that comes late must not end the process.
  zip.on('error', () => undefined);
  const entry = await onlyEntry(zip, fileName);
  const name = plainName(entry, fileName);
  checkStatedSize(entry, fileName, limits);
  const bytes = await unpack(zip, entry, fileName, limits.memberBytes);
  if (crc32(bytes) !== entry.crc32) throw corrupt(fileName, 'the member\'s CRC-32', 'another one');
  return { name, bytes };
}

function checkSignature(zipBytes: Buffer, fileName: string): void {
  if (zipBytes.length === 0) throw new UntrustedFileError('file_empty', fileName, 'a zip', 'no bytes');
  const isZip = zipBytes.subarray(0, 4).equals(LOCAL_HEADER) || zipBytes.subarray(0, 4).equals(EMPTY_ARCHIVE);
  if (isZip) return;
  const start = zipBytes.subarray(0, 60).toString('latin1').replace(/[^\x20-\x7e]+/g, ' ');
  throw new UntrustedFileError('not_a_zip', fileName, 'bytes that begin as a zip (PK)', JSON.stringify(start));
}

function openZip(zipBytes: Buffer, fileName: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    // Names stay bytes: yauzl would turn backslashes into folders before they could be refused.
    yauzl.fromBuffer(zipBytes, { lazyEntries: true, decodeStrings: false }, (error, zip) => {
      if (error) reject(corrupt(fileName, 'a central directory', error.message));
      else resolve(zip!);
    });
  });
}

async function onlyEntry(zip: yauzl.ZipFile, fileName: string): Promise<yauzl.Entry> {
  if (zip.entryCount !== 1) throw new UntrustedFileError('zip_member_count', fileName, 'one member', String(zip.entryCount));
  const entry = once(zip, 'entry');
  zip.readEntry();
  const [found] = await entry.catch((error: Error) => { throw corrupt(fileName, 'a readable member', error.message); });
  return found as yauzl.Entry;
}

function plainName(entry: yauzl.Entry, fileName: string): string {
  const name = (entry.fileName as unknown as Buffer).toString('latin1');
  if (entry.isEncrypted()) throw new UntrustedFileError('zip_encrypted', fileName, 'a member that is not encrypted', JSON.stringify(name));
  if (!PLAIN_CSV_NAME.test(name)) throw new UntrustedFileError('zip_member_name', fileName, 'a plain name ending in .csv', JSON.stringify(name.slice(0, 120)));
  return name;
}

function checkStatedSize(entry: yauzl.Entry, fileName: string, limits: ZipLimits): void {
  const { uncompressedSize: stated, compressedSize: packed } = entry;
  if (stated > limits.memberBytes) throw bomb(fileName, `at most ${limits.memberBytes} bytes`, `${stated} stated`);
  const isDense = stated > limits.ratioFromBytes && stated > packed * limits.ratio;
  if (isDense) throw bomb(fileName, `at most ${limits.ratio} bytes from one`, `${stated} from ${packed}`);
}

async function unpack(zip: yauzl.ZipFile, entry: yauzl.Entry, fileName: string, limit: number): Promise<Buffer> {
  const stream = await openMember(zip, entry, fileName);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw bomb(fileName, `at most ${limit} bytes`, 'more');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof UntrustedFileError) throw error;
    const { message } = error as Error;
    throw message.startsWith('too many bytes') ? bomb(fileName, 'the size it states', message) : corrupt(fileName, 'a member that unpacks to the size it states', message);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks, size);
}

/** yauzl ends the stream with an error once it has given out more than the stated size. */
function openMember(zip: yauzl.ZipFile, entry: yauzl.Entry, fileName: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(corrupt(fileName, 'a readable member', error.message));
      else resolve(stream.on('error', () => undefined));
    });
  });
}

function corrupt(fileName: string, expected: string, found: string): UntrustedFileError {
  return new UntrustedFileError('zip_corrupt', fileName, expected, found);
}

function bomb(fileName: string, expected: string, found: string): UntrustedFileError {
  return new UntrustedFileError('zip_bomb', fileName, expected, found);
}
