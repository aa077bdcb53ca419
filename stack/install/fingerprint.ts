import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * One hash over everything an installed part is made from: file contents and plain facts such as a version.
 */
export function fingerprint(files: readonly string[], facts: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(fs.readFileSync(file)).update('\0');
  for (const fact of facts) hash.update(fact).update('\0');
  return hash.digest('hex');
}

/** true when the part was installed to its end from just these inputs. */
export function isStamped(folder: string, part: string, expected: string): boolean {
  const file = stampFile(folder, part);
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').trim() === expected;
}

/** Called last of all: an interrupted install has no stamp and is done again. */
export function stamp(folder: string, part: string, value: string): void {
  fs.mkdirSync(path.dirname(stampFile(folder, part)), { recursive: true });
  fs.writeFileSync(stampFile(folder, part), `${value}\n`);
}

export function removeStamp(folder: string, part: string): void {
  fs.rmSync(stampFile(folder, part), { force: true });
}

function stampFile(folder: string, part: string): string {
  return path.join(folder, 'stamps', part);
}
