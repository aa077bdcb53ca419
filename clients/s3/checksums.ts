import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** CRC-32 of the bytes as eight hexadecimal digits. */
export function crc32Hex(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}

/** SHA-256 of the bytes as 64 hexadecimal digits. */
export function sha256Hex(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
