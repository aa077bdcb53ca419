import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { limited } from '../../core/limited';
import { BackupIncompleteError, BackupUnusableError } from './errors';
import type { BackupManifest, BackupObject } from './manifest';

/** An object is held in memory whole, and the largest files of the lake are some 100 MB. */
const AT_ONCE = 8;
/** Documents that are written again under the same key; all other objects never change once written. */
const CHANGING = /^(announced|publishing)\//;
/**
 * Objects that upkeep may remove at any time, since no run needs them or they are rebuilt; all others must be
 * in a backup.
 */
const TEMPORARY = /^(staged|bulk|gates|upkeep)\//;
/** Of the store itself, and of no meaning elsewhere. */
const OWN = /^_currents\//;

/** Every object of a bucket, as listed now. */
export async function listObjects(
  client: S3Client,
  bucket: string,
  abortSignal: AbortSignal,
): Promise<BackupObject[]> {
  const found: BackupObject[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }), {
      abortSignal,
    });
    for (const { Key, Size, ETag } of page.Contents ?? [])
      found.push({ key: Key ?? '', bytes: Size ?? 0, etag: (ETag ?? '').replaceAll('"', '') });
    token = page.NextContinuationToken;
  } while (token);
  return found.filter(({ key }) => !OWN.test(key));
}

/** The listed objects that must be read before their writers continue. */
export function changing(objects: BackupObject[]): BackupObject[] {
  return objects.filter(({ key }) => CHANGING.test(key));
}

/** true for an object that a backup may do without. */
export function isTemporary(key: string): boolean {
  return TEMPORARY.test(key);
}

/**
 * Copies new objects into the backup, and resolves with the keys that no longer existed. An object is kept
 * under its key and ETag, so that several instants share it.
 */
export async function copyObjects(
  client: S3Client,
  bucket: string,
  objects: BackupObject[],
  folder: string,
  signal?: AbortSignal,
): Promise<{ copied: number; bytes: number; gone: string[] }> {
  const atOnce = limited(AT_ONCE);
  const missing = objects.filter((object) => !isCopied(folder, bucket, object));
  const outcomes = await Promise.all(
    missing.map((object) =>
      atOnce(async () => ({ object, copied: await copyObject(client, bucket, object, folder, signal) })),
    ),
  );
  const copied = outcomes.filter((outcome) => outcome.copied).map(({ object }) => object);
  const gone = outcomes.filter((outcome) => !outcome.copied).map(({ object }) => object.key);
  return { copied: copied.length, bytes: copied.reduce((sum, { bytes }) => sum + bytes, 0), gone };
}

/** false when the object is gone or has been replaced. */
async function copyObject(
  client: S3Client,
  bucket: string,
  object: BackupObject,
  folder: string,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const answer = await client
    .send(new GetObjectCommand({ Bucket: bucket, Key: object.key }), { abortSignal })
    .catch(absentAsNull);
  const body = Buffer.from((await answer?.Body?.transformToByteArray()) ?? []);
  if (answer?.ETag?.replaceAll('"', '') !== object.etag) return false;
  const place = placeOf(folder, bucket, object);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  if (Object.keys(answer.Metadata ?? {}).length > 0)
    fs.writeFileSync(`${place}.metadata`, JSON.stringify(answer.Metadata));
  fs.writeFileSync(`${place}.partial`, body);
  fs.renameSync(`${place}.partial`, place);
  return true;
}

/** @throws BackupIncompleteError unless the folder has a copy of every object */
export function requireCopies(folder: string, objects: BackupManifest['objects']): void {
  const missing = Object.entries(objects).flatMap(([bucket, all]) =>
    all.filter((object) => !isCopied(folder, bucket, object)).map(({ key }) => `${bucket}/${key}`),
  );
  if (missing.length > 0) throw new BackupIncompleteError(folder, missing);
}

/** A copy of another length was left by a full disk or a lost machine. */
function isCopied(folder: string, bucket: string, object: BackupObject): boolean {
  return fs.statSync(placeOf(folder, bucket, object), { throwIfNoEntry: false })?.size === object.bytes;
}

/** Puts the objects into a bucket, after comparing each with its listing. @throws BackupUnusableError */
export async function placeObjects(
  client: S3Client,
  bucket: string,
  objects: BackupObject[],
  folder: string,
): Promise<void> {
  const atOnce = limited(AT_ONCE);
  await Promise.all(
    objects.map((object) =>
      atOnce(async () => {
        const place = placeOf(folder, bucket, object);
        const body = readObject(place, object);
        const metadata = fs.existsSync(`${place}.metadata`)
          ? (JSON.parse(fs.readFileSync(`${place}.metadata`, 'utf8')) as Record<string, string>)
          : {};
        await client.send(
          new PutObjectCommand({ Bucket: bucket, Key: object.key, Body: body, Metadata: metadata }),
        );
      }),
    ),
  );
}

/**
 * The ETag of an object put in one piece is its MD5; one put in parts has a hyphen, and only its size can be
 * compared.
 */
function readObject(place: string, { bytes, etag }: BackupObject): Buffer {
  if (!fs.existsSync(place)) throw new BackupUnusableError(place, `${bytes} bytes`, 'no file');
  const body = fs.readFileSync(place);
  if (body.length !== bytes) throw new BackupUnusableError(place, `${bytes} bytes`, `${body.length}`);
  const md5 = createHash('md5').update(body).digest('hex');
  if (/^[0-9a-f]{32}$/.test(etag) && md5 !== etag) throw new BackupUnusableError(place, `MD5 ${etag}`, md5);
  return body;
}

/** Removes copies that no instant kept refers to, and resolves with their number. */
export function dropUnlisted(folder: string, kept: Map<string, BackupObject[]>[]): number {
  const root = path.join(folder, 'objects');
  if (!fs.existsSync(root)) return 0;
  const wanted = new Set(
    kept.flatMap((buckets) =>
      [...buckets].flatMap(([bucket, objects]) => objects.map((object) => placeOf(folder, bucket, object))),
    ),
  );
  const files = fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const unwanted = files.filter((file) => !wanted.has(file.replace(/\.metadata$/, '')));
  for (const file of unwanted) fs.rmSync(file);
  return unwanted.filter((file) => !file.endsWith('.metadata')).length;
}

/**
 * A key is data: each part is encoded, so that none climbs out of the folder or is a hidden or too strange
 * name.
 */
function placeOf(folder: string, bucket: string, { key, etag }: BackupObject): string {
  const parts = key.split('/').map((part) => (/^\.*$/.test(part) ? `%${part}` : encodeURIComponent(part)));
  return path.join(folder, 'objects', bucket, ...parts.slice(0, -1), `${parts.at(-1)}~${etag}`);
}

function absentAsNull(error: unknown): null {
  if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
  throw error;
}
