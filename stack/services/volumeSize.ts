import fs from 'node:fs';
import path from 'node:path';
import { folderSize_bytes } from '../folderSize';

const MB = 1024 * 1024;
const LARGEST_MB = 1024;
const SMALLEST_MB = 8;
/**
 * SeaweedFS opens seven volumes for a bucket at its first object, and no more than the disk holds when each
 * is full: with volumes of 1 GB on 6 GB the first bucket took them all, and the second could store nothing.
 */
const VOLUMES = 48;

/** Largest size of a volume, a power of two, such that a disk with so much room holds enough of them. */
export function volumeSize_mb(room_bytes: number): number {
  const share_mb = Math.max(room_bytes / MB / VOLUMES, SMALLEST_MB);
  return Math.min(LARGEST_MB, 2 ** Math.floor(Math.log2(share_mb)));
}

/** Free space plus the folder's own size: so a store that fills up keeps its volumes' size. */
export function roomFor_bytes(folder: string): number {
  return freeAt(folder).bytes + folderSize_bytes(folder);
}

/** Room on the disk of a folder that may not be there yet, and the folder above it that is. */
export function freeAt(folder: string): { bytes: number; folder: string } {
  let existing = folder;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = fs.statfsSync(existing);
  return { bytes: bavail * bsize, folder: existing };
}
