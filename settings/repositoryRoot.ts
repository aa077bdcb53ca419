import fs from 'node:fs';
import path from 'node:path';

/**
 * The folder of this repository, found upward from this file, so that sources and `dist/` find the same
 * assets.
 */
export function repositoryRoot(): string {
  let folder = __dirname;
  while (!isRoot(folder)) {
    const parent = path.dirname(folder);
    if (parent === folder)
      throw new Error(`expected package.json of currents in a folder above ${__dirname}, found none`);
    folder = parent;
  }
  return folder;
}

function isRoot(folder: string): boolean {
  const manifest = path.join(folder, 'package.json');
  return (
    fs.existsSync(manifest) &&
    (JSON.parse(fs.readFileSync(manifest, 'utf8')) as { name?: string }).name === 'currents'
  );
}
