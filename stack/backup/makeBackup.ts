import type { S3Client } from '@aws-sdk/client-s3';
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../../settings/config';
import { findTemporal } from '../binaries';
import { s3Client } from '../probes/s3';
import { databaseVersions } from '../services/temporalDatabase';
import { readState } from '../stateFile';
import { stackVersions } from '../versions';
import { BackupObjectsGoneError, BackupRunningError, BackupUnusableError } from './errors';
import { FREEZE_LIMIT_MS, whileFrozen, type FrozenMoment } from './freeze';
import { takeLock } from './lock';
import {
  BACKUP_FORMAT,
  instantsOf,
  openInstant,
  readManifest,
  removePartials,
  type BackupManifest,
  type BackupObject,
} from './manifest';
import { changing, copyObjects, dropUnlisted, isTemporary, listObjects, requireCopies } from './objects';
import { copyStores, describeFiles, WRITERS } from './stores';

/** In the backup's folder while one is made into it. */
const LOCK = '.lock';

export interface BackupReport {
  instant: string;
  frozen_ms: number;
  files: number;
  files_bytes: number;
  objects: number;
  /** Objects that no earlier backup in this folder had. */
  copied: number;
  copied_bytes: number;
  /** Keys listed at the instant that were removed before they could be copied; temporary objects only. */
  gone: string[];
  /** Older instants removed, for `keep`. */
  dropped: string[];
}

/**
 * Backs up a running stack into a folder. Catalog, Kafka and Temporal's database are copied as of one
 * instant, for which the processes that write are stopped. Objects are listed at that instant and copied
 * while the stack runs on. The backups of one folder share objects. A backup counts as complete only when all
 * of it is there.
 *
 * @throws BackupRunningError while another one is made into the folder, which shares its objects
 * @throws BackupNotFrozenError when a process that writes can't be stopped; nothing is left of the attempt
 * @throws BackupTooSlowError when stores, lists and changing documents take longer than the freeze may last;
 * nothing is left of it
 * @throws BackupObjectsGoneError when an object that is not temporary is removed before it is copied
 * @throws BackupIncompleteError when a copy of an object is gone before the end
 */
export async function makeBackup(
  config: Config,
  folder: string,
  keep?: number,
  freezeLimit_ms = FREEZE_LIMIT_MS,
): Promise<BackupReport> {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, LOCK);
  const lock = takeLock(file, (holder) => new BackupRunningError(file, holder));
  try {
    removePartials(folder);
    return await backUp(config, folder, freezeLimit_ms, keep);
  } finally {
    lock.release();
  }
}

async function backUp(
  config: Config,
  folder: string,
  freezeLimit_ms: number,
  keep?: number,
): Promise<BackupReport> {
  const { partial, close } = openInstant(folder);
  const client = s3Client(config.s3);
  try {
    const { result, frozen_ms } = await whileFrozen(
      writersOf(config),
      (moment) => takeInstant(config, client, { folder, partial }, moment),
      freezeLimit_ms,
    );
    const { report, objects } = await copyAll(client, result.listed, folder);
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      made_at: result.made_at,
      frozen_ms,
      versions: storeVersions(temporalOf(config, result.files)),
      files: await describeFiles(partial, result.files),
      objects,
    };
    requireCopies(folder, objects);
    return {
      instant: close(manifest),
      frozen_ms,
      ...sizes(manifest),
      ...report,
      copied: report.copied + result.read.report.copied,
      copied_bytes: report.copied_bytes + result.read.report.copied_bytes,
      dropped: keep === undefined ? [] : dropOldest(folder, keep),
    };
  } catch (error) {
    // A copy given up at the limit may end only now.
    fs.rmSync(partial, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  } finally {
    client.destroy();
  }
}

/**
 * Everything that changes from one moment to the next: the stores, the lists of objects, and rewritten
 * documents.
 */
async function takeInstant(
  config: Config,
  client: S3Client,
  { folder, partial }: { folder: string; partial: string },
  moment: FrozenMoment,
) {
  const made_at = new Date().toISOString();
  const files = await copyStores(config.home, partial, moment);
  moment.enter('the lists of objects');
  const buckets = [...new Set([config.LAKE_BUCKET, config.NEM_BUCKET])];
  const listed = await Promise.all(
    buckets.map(async (bucket) => [bucket, await listObjects(client, bucket, moment.signal)] as const),
  );
  moment.enter('the objects that are written again');
  const read = await copyAll(
    client,
    listed.map(([bucket, objects]) => [bucket, changing(objects)] as const),
    folder,
    moment.signal,
  );
  return { made_at, files, listed, read };
}

/**
 * @throws BackupObjectsGoneError once all existing objects are copied, so that the next attempt has less to
 *   do
 */
async function copyAll(
  client: S3Client,
  listed: (readonly [string, BackupObject[]])[],
  folder: string,
  signal?: AbortSignal,
) {
  const report = { copied: 0, copied_bytes: 0, gone: [] as string[] };
  const objects: BackupManifest['objects'] = {};
  const lost: string[] = [];
  for (const [bucket, all] of listed) {
    const { copied, bytes, gone } = await copyObjects(client, bucket, all, folder, signal);
    report.copied += copied;
    report.copied_bytes += bytes;
    report.gone.push(...gone.map((key) => `${bucket}/${key}`));
    const absent = new Set(gone);
    objects[bucket] = all.filter(({ key }) => !absent.has(key));
    lost.push(...gone.filter((key) => !isTemporary(key)).map((key) => `${bucket}/${key}`));
  }
  if (lost.length > 0) throw new BackupObjectsGoneError(lost);
  return { report, objects };
}

function writersOf(config: Config) {
  const { services = {} } = readState(config.home) ?? {};
  return WRITERS.flatMap((name) => services[name] ?? []);
}

/**
 * The programs whose files are copied byte for byte; of Temporal more than one version fits (binaries.ts).
 */
export function storeVersions(temporal: string): Record<string, string> {
  const { nessie, kafka } = stackVersions();
  return { temporal, nessie, kafka };
}

/**
 * The version whose database was copied: cron's PATH may have another one than the stack was started with.
 */
function temporalOf(config: Config, files: string[]): string {
  return databaseVersions(files.map((file) => path.basename(file)))[0] ?? findTemporal(config).version;
}

function sizes({ files, objects }: BackupManifest): Pick<BackupReport, 'files' | 'files_bytes' | 'objects'> {
  return {
    files: files.length,
    files_bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    objects: Object.values(objects).reduce((sum, each) => sum + each.length, 0),
  };
}

function dropOldest(folder: string, keep: number): string[] {
  const instants = instantsOf(folder);
  const dropped = instants.slice(0, Math.max(0, instants.length - keep));
  for (const instant of dropped) fs.rmSync(path.join(folder, instant), { recursive: true });
  dropUnlisted(
    folder,
    instantsOf(folder).map((instant) => new Map(Object.entries(readManifest(folder, instant).objects))),
  );
  return dropped;
}

/** The newest complete instant of a folder. @throws BackupUnusableError when it has none */
export function newestInstant(folder: string): string {
  const instant = instantsOf(folder).at(-1);
  if (instant === undefined) throw new BackupUnusableError(folder, 'a complete backup', 'none');
  return instant;
}
