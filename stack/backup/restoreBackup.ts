import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../../core/config';
import { BackupUnusableError, HomeNotEmptyError } from '../errors';
import { HOME_ENTRIES } from '../homeFolder';
import { makeBucket, s3Client } from '../probes/s3';
import { startStack, type StartProgress } from '../startStack';
import { stopStack } from '../stopStack';
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
 * Puts a backup into an empty home folder and leaves the stack down; `currents up` then goes on from that instant, runs
 * under way then included. Every file and object is compared with its checksum first. On failure the home is empty again.
 *
 * @throws HomeNotEmptyError, BackupUnusableError
 */
export async function restoreBackup(config: Config, folder: string, instant: string, progress: StartProgress): Promise<RestoreReport> {
  const manifest = readManifest(folder, instant);
  requireSameVersions(folder, manifest);
  requireEmpty(config.home);
  try {
    await placeStores(path.join(folder, instant), manifest, config.home);
    await startStack(config, ['s3'], progress);
    await placeAll(config, manifest, folder);
  } catch (error) {
    await stopStack(config);
    for (const entry of HOME_ENTRIES) fs.rmSync(path.join(config.home, entry), { recursive: true, force: true });
    throw error;
  }
  await stopStack(config);
  const objects = Object.values(manifest.objects).reduce((sum, each) => sum + each.length, 0);
  return { instant, made_at: manifest.made_at, files: manifest.files.length, objects };
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

/** The files are the programs' own, and none of them promises to read another version's. */
function requireSameVersions(folder: string, { versions }: BackupManifest): void {
  for (const [program, version] of Object.entries(storeVersions())) {
    if (versions[program] !== version) throw new BackupUnusableError(folder, `files of ${program} ${version}`, `${versions[program]}`);
  }
}
