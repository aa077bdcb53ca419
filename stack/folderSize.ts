import fs from 'node:fs';
import path from 'node:path';

/** Bytes of all files under a folder (or of one file); files that vanish meanwhile count as nothing. */
export function folderSize_bytes(target: string): number {
  try {
    const entry = fs.lstatSync(target);
    if (!entry.isDirectory()) return entry.size;
    return fs.readdirSync(target).reduce((sum, name) => sum + folderSize_bytes(path.join(target, name)), 0);
  } catch {
    return 0;
  }
}

/** `412 MB`: decimal units, no digits after the point but for small numbers. */
export function humanSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
