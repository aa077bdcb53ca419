import { crc32 } from 'node:zlib';

/** CRC-32 of the bytes as eight hexadecimal digits. */
export function crc32Hex(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
