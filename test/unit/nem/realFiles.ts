import fs from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { repositoryRoot } from '../../../core/repositoryRoot';

/** Folder with the market operator's real files; tests that need it are skipped, with a printed reason, without it. */
export const DATA_FOLDER = path.resolve(process.env.CURRENTS_DATA ?? path.join(repositoryRoot(), '../shared/data'));

const isThere = fs.existsSync(path.join(DATA_FOLDER, 'nem'));

/** `describe` over real files. */
export const describeReal: jest.Describe = isThere ? describe : describe.skip;

if (!isThere) process.stderr.write(`skipped: no real files in ${DATA_FOLDER} (set CURRENTS_DATA)\n`);

export function realBytes(file: string): Buffer {
  return fs.readFileSync(path.join(DATA_FOLDER, 'nem', file));
}

/** Names of all files under a folder of the real data, relative to it. */
export function realNames(folder: string): string[] {
  const root = path.join(DATA_FOLDER, 'nem', folder);
  return fs.readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** A zip with one CSV named after it, as the operator packs reports. */
export function reportZip(fileName: string, csv: string | Buffer): Buffer {
  return Buffer.from(zipSync({ [fileName.replace(/\.zip$/, '.CSV')]: Buffer.from(csv) }));
}

export const SCADA_NAME = 'PUBLIC_DISPATCHSCADA_202512270005_0000000495867506.zip';
export const DISPATCHIS_NAME = 'PUBLIC_DISPATCHIS_202512270005_0000000495867501.zip';
