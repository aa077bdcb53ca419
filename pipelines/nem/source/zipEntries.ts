import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { UntrustedFileError } from './errors';

/** Limits for every zip of the site: nothing in it is trusted before it is checked. */
export interface ZipLimits {
  /** Most bytes a member may unpack to, by its own statement and in fact. */
  memberBytes: number;
  /** Most bytes unpacked per byte packed; only held against members above `ratioFromBytes`. */
  ratio: number;
  ratioFromBytes: number;
}

const LOCAL_HEADER = Buffer.from('PK\x03\x04', 'latin1');
const EMPTY_ARCHIVE = Buffer.from('PK\x05\x06', 'latin1');

export function checkSignature(zipBytes: Buffer, fileName: string): void {
  if (zipBytes.length === 0) throw new UntrustedFileError('file_empty', fileName, 'a zip', 'no bytes');
  const isZip = zipBytes.subarray(0, 4).equals(LOCAL_HEADER) || zipBytes.subarray(0, 4).equals(EMPTY_ARCHIVE);
  if (isZip) return;
  const start = zipBytes
    .subarray(0, 60)
    .toString('latin1')
    .replace(/[^\x20-\x7e]+/g, ' ');
  throw new UntrustedFileError(
    'not_a_zip',
    fileName,
    'bytes that begin as a zip (PK)',
    JSON.stringify(start),
  );
}

export function openZip(zipBytes: Buffer, fileName: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    // Names stay bytes: yauzl would turn backslashes into folders before they could be rejected.
    yauzl.fromBuffer(zipBytes, { lazyEntries: true, decodeStrings: false }, (error, zip) => {
      if (error) reject(corrupt(fileName, 'a central directory', error.message));
      else resolve(zip!);
    });
  });
}

export function checkStatedSize(entry: yauzl.Entry, fileName: string, limits: ZipLimits): void {
  const { uncompressedSize: stated, compressedSize: packed } = entry;
  if (stated > limits.memberBytes)
    throw bomb(fileName, `at most ${limits.memberBytes} bytes`, `${stated} stated`);
  const isDense = stated > limits.ratioFromBytes && stated > packed * limits.ratio;
  if (isDense) throw bomb(fileName, `at most ${limits.ratio} bytes from one`, `${stated} from ${packed}`);
}

export async function unpack(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  fileName: string,
  limit: number,
): Promise<Buffer> {
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
    throw message.startsWith('too many bytes')
      ? bomb(fileName, 'the size it states', message)
      : corrupt(fileName, 'a member that unpacks to the size it states', message);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks, size);
}

/** yauzl ends the stream with an error once it has yielded more than the stated size. */
function openMember(zip: yauzl.ZipFile, entry: yauzl.Entry, fileName: string): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(corrupt(fileName, 'a readable member', error.message));
      else resolve(stream.on('error', () => undefined));
    });
  });
}

export function corrupt(fileName: string, expected: string, found: string): UntrustedFileError {
  return new UntrustedFileError('zip_corrupt', fileName, expected, found);
}

function bomb(fileName: string, expected: string, found: string): UntrustedFileError {
  return new UntrustedFileError('zip_bomb', fileName, expected, found);
}
