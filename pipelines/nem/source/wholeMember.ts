import { inflateRawSync } from 'node:zlib';
import type yauzl from 'yauzl';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Larger members are unpacked as a stream, which leaves the thread between its chunks. */
const WHOLE_BYTES = 4 << 20;

/**
 * A small member in one call: a stream for each costs more than unpacking it. Undefined for anything unusual:
 * the stream, which is asked then, says what is wrong.
 */
export function wholeMember(zipBytes: Buffer, entry: yauzl.Entry): Buffer | undefined {
  const { uncompressedSize: size, compressionMethod } = entry;
  const packed = size > 0 && size <= WHOLE_BYTES ? packedBytes(zipBytes, entry) : undefined;
  if (packed === undefined) return undefined;
  if (compressionMethod === STORED) return packed.length === size ? packed : undefined;
  if (compressionMethod !== DEFLATED) return undefined;
  const bytes = inflated(packed, size);
  return bytes?.length === size ? bytes : undefined;
}

function packedBytes(zipBytes: Buffer, entry: yauzl.Entry): Buffer | undefined {
  const { relativeOffsetOfLocalHeader: at, compressedSize } = entry;
  if (at + LOCAL_HEADER_BYTES > zipBytes.length || zipBytes.readUInt32LE(at) !== LOCAL_HEADER)
    return undefined;
  const start = at + LOCAL_HEADER_BYTES + zipBytes.readUInt16LE(at + 26) + zipBytes.readUInt16LE(at + 28);
  return start + compressedSize <= zipBytes.length
    ? zipBytes.subarray(start, start + compressedSize)
    : undefined;
}

function inflated(packed: Buffer, size: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: size, chunkSize: Math.max(64, size) });
  } catch {
    // Damaged, or more than it states: see above.
    return undefined;
  }
}
