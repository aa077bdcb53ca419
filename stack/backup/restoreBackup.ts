import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../../settings/config';
import { findTemporal } from '../binaries';
import { HomeRestoringError } from '../errors';
import { homeFolder } from '../../settings/homeFolder';
import { HOME_ENTRIES } from '../services/definition';
import { makeBucket, s3Client } from '../probes/s3';
import { databaseVersions } from '../services/temporalDatabase';
import { startServices, type StartProgress } from '../startStack';
import { stopStack } from '../stopStack';
import { BackupUnusableError, HomeNotEmptyError, RestoreElsewhereError } from './errors';
import { takeLock, type Lock } from './lock';
import { storeVersions } from './makeBackup';
import { readManifest, type BackupManifest } from './manifest';
import { placeObjects } from './objects';
import { placeStores } from './stores';

export interface RestoreReport {
  instant: string;
  made_at: string;
  files: number;
  objects: number;
}

/**
 * Puts a backup into an empty home folder and leaves the stack down; `currents up` then continues from that
 * instant, including the runs in progress. Every file and object is compared with its checksum first. On
 * failure the home is empty again. An interrupted restore leaves its mark, with which no stack starts; the
 * next restore empties the home and starts again.
 *
 * @throws HomeNotEmptyError, HomeRestoringError, BackupUnusableError, RestoreElsewhereError
 */
export async function restoreBackup(
  config: Config,
  folder: string,
  instant: string,
  progress: StartProgress,
): Promise<RestoreReport> {
  requireOwnStore(config);
  const manifest = readManifest(folder, instant);
  requireSameVersions(config, folder, manifest);
  const mark = await markHome(config);
  try {
    await placeStores(path.join(folder, instant), manifest, config.home);
    await startServices(config, ['s3'], progress);
    await placeAll(config, manifest, folder);
  } catch (error) {
    await emptyHome(config);
    mark.release();
    throw error;
  }
  await stopStack(config);
  mark.release();
  const objects = Object.values(manifest.objects).reduce((sum, each) => sum + each.length, 0);
  return { instant, made_at: manifest.made_at, files: manifest.files.length, objects };
}

/**
 * Marks an empty home, or one marked by a dead restore, which is emptied: everything in it came from that
 * restore.
 */
async function markHome(config: Config): Promise<Lock> {
  const file = homeFolder.restoring(config.home);
  if (!fs.existsSync(file)) requireEmpty(config.home);
  fs.mkdirSync(config.home, { recursive: true });
  const mark = takeLock(file, (holder) => new HomeRestoringError(config.home, holder));
  if (mark.tookOver) await emptyHome(config);
  return mark;
}

/** Stops what runs in the home and removes all but the mark. */
async function emptyHome(config: Config): Promise<void> {
  await stopStack(config);
  const mark = path.basename(homeFolder.restoring(config.home));
  for (const entry of HOME_ENTRIES.filter((name) => name !== mark))
    fs.rmSync(path.join(config.home, entry), { recursive: true, force: true });
}

async function placeAll(config: Config, manifest: BackupManifest, folder: string): Promise<void> {
  const client = s3Client(config, config.s3Endpoint);
  try {
    for (const [bucket, objects] of Object.entries(manifest.objects)) {
      await makeBucket(client, bucket);
      await placeObjects(client, bucket, objects, folder);
    }
  } finally {
    client.destroy();
  }
}

function requireEmpty(home: string): void {
  const found = HOME_ENTRIES.filter((entry) => fs.existsSync(path.join(home, entry)));
  if (found.length > 0) throw new HomeNotEmptyError(home, found);
}

/** Old objects would overwrite those of a bucket in use, and the stack's own store would stay empty. */
function requireOwnStore({ s3Endpoint, ports }: Config): void {
  const own = `http://127.0.0.1:${ports.s3}`;
  if (s3Endpoint.replace(/\/$/, '') !== own) throw new RestoreElsewhereError(own, s3Endpoint);
}

/** The files are the programs' own formats, and no program guarantees to read another version's. */
function requireSameVersions(config: Config, folder: string, manifest: BackupManifest): void {
  const written = writtenBy(manifest);
  for (const [program, version] of Object.entries(storeVersions(findTemporal(config).version))) {
    if (written[program] !== version)
      throw new BackupUnusableError(folder, `files of ${program} ${version}`, `${written[program]}`);
  }
}

/**
 * The first backups recorded the pinned version of Temporal, and the database's name the one that wrote it.
 */
function writtenBy({ versions, files }: BackupManifest): Record<string, string> {
  const [temporal, ...older] = databaseVersions(files.map((file) => path.basename(file.path)));
  return temporal === undefined || older.length > 0 ? versions : { ...versions, temporal };
}
