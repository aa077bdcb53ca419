import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { homeFolder } from '../../settings/homeFolder';
import type { ServiceName } from '../services/definition';
import { newestDatabase } from '../services/temporalDatabase';
import { BackupUnusableError } from './errors';
import type { FrozenMoment } from './freeze';
import type { BackupManifest } from './manifest';

/** Data folder of each service with state, in its own folder. S3 is copied through its API (objects.ts). */
const STORES: { service: ServiceName; entries(folder: string): string[]; remade?: RegExp }[] = [
  { service: 'nessie', entries: () => ['store'] },
  // Kafka rebuilds a missing index from its segment; each is a file of 10 MB with almost nothing in it.
  { service: 'kafka', entries: () => ['data'], remade: /\.(time)?index$/ },
  // Databases of older versions stay where they are: after a restore the one in use would be unknown.
  { service: 'temporal', entries: (folder) => newestDatabase(folder)?.files ?? [] },
  // Messages in Kafka name schemas by their ids: registered again from the contracts, they would get others.
  { service: 'registry', entries: () => ['data'] },
];
/** Services that write to a store, or to objects listed with it: stopped while they are copied. */
export const WRITERS: readonly ServiceName[] = ['worker', 'kafka', 'nessie', 'registry', 'temporal'];

/**
 * Copies the stores of a home folder and resolves with their files by path. @throws BackupTooSlowError once
 * the freeze is over
 */
export async function copyStores(home: string, target: string, moment: FrozenMoment): Promise<string[]> {
  const files = STORES.flatMap((store) => filesOf(home, store));
  for (const file of files) {
    moment.enter(file);
    await copy(path.join(home, file), path.join(target, file));
  }
  return files;
}

function filesOf(home: string, { service, entries, remade }: (typeof STORES)[number]): string[] {
  const folder = homeFolder.service(home, service);
  return entries(folder)
    .map((name) => path.join(folder, name))
    .filter((target) => fs.existsSync(target))
    .flatMap(walk)
    .filter((file) => remade === undefined || !remade.test(file))
    .map((file) => path.relative(home, file));
}

function walk(target: string): string[] {
  if (!fs.statSync(target).isDirectory()) return [target];
  return fs.readdirSync(target).flatMap((name) => walk(path.join(target, name)));
}

/** Shares the blocks where the file system can; a copy in a frozen moment must be quick. */
async function copy(from: string, to: string): Promise<void> {
  await fs.promises.mkdir(path.dirname(to), { recursive: true });
  await fs.promises.copyFile(from, to, fs.constants.COPYFILE_FICLONE);
}

/** Size and SHA-256 of each copied file. */
export async function describeFiles(folder: string, files: string[]): Promise<BackupManifest['files']> {
  return Promise.all(
    files.map(async (file) => {
      const target = path.join(folder, file);
      return { path: file, bytes: fs.statSync(target).size, sha256: await sha256Of(target) };
    }),
  );
}

/**
 * Puts the files into an empty home folder. @throws BackupUnusableError at the first that is not what was
 * copied
 */
export async function placeStores(folder: string, manifest: BackupManifest, home: string): Promise<void> {
  const found = await describeFiles(
    folder,
    manifest.files.map((file) => file.path).filter((file) => fs.existsSync(path.join(folder, file))),
  );
  for (const file of manifest.files) {
    const is = found.find((candidate) => candidate.path === file.path);
    if (is?.sha256 !== file.sha256)
      throw new BackupUnusableError(
        path.join(folder, file.path),
        `SHA-256 ${file.sha256}`,
        is?.sha256 ?? 'no file',
      );
  }
  for (const file of manifest.files) await copy(path.join(folder, file.path), path.join(home, file.path));
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}
