import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createS3Client } from '../../clients/s3/s3Client';
import type { S3Access } from '../../settings/objectStore';

const PROOF_TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Between two bytes, not for the whole of an object. */
const SILENCE_TIMEOUT_MS = 60_000;

/**
 * Resolves when the store lists its buckets to our key; a wrong key is rejected, so this proves the identity
 * too.
 */
export async function probeS3(access: S3Access): Promise<void> {
  await withClient(access, (client) =>
    client.send(new ListBucketsCommand({}), { abortSignal: AbortSignal.timeout(5_000) }),
  );
}

/**
 * Resolves when an object of the bucket can be written, read back and deleted. A list of buckets proves less:
 * SeaweedFS lists them up to 4 s before its volume server has joined (5 of 24 starts on old data). Until then
 * every read of an old object is an InternalError. With a full disk it still lists them.
 */
export async function proveBucket(access: S3Access, Bucket: string): Promise<void> {
  const abortSignal = AbortSignal.timeout(PROOF_TIMEOUT_MS);
  const object = { Bucket, Key: `_currents/proof-${randomUUID()}` };
  await withClient(access, async (client) => {
    await makeBucket(client, Bucket);
    await client.send(new PutObjectCommand({ ...object, Body: object.Key }), { abortSignal });
    const { Body } = await client.send(new GetObjectCommand(object), { abortSignal });
    const found = await Body!.transformToString();
    await client.send(new DeleteObjectCommand(object), { abortSignal });
    if (found !== object.Key) throw new Error(`expected what was written, found ${found.length} bytes`);
  });
}

/** Creates the bucket unless it exists. */
export async function makeBucket(client: S3Client, Bucket: string): Promise<void> {
  const exists = await client.send(new HeadBucketCommand({ Bucket })).then(
    () => true,
    () => false,
  );
  if (!exists) await client.send(new CreateBucketCommand({ Bucket }));
}

/** A client with a timeout for a silent store, which the SDK does not have; the caller destroys it. */
export function s3Client(access: S3Access): S3Client {
  return createS3Client(access, {
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
  });
}

async function withClient(access: S3Access, use: (client: S3Client) => Promise<unknown>): Promise<void> {
  const client = s3Client(access);
  try {
    await use(client);
  } finally {
    client.destroy();
  }
}
