import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Config } from '../../core/config';

/** Resolves when the store lists its buckets to our key; a wrong key is refused, so this proves the identity too. */
export async function probeS3(config: Config, endpoint: string): Promise<void> {
  const client = s3Client(config, endpoint);
  try {
    await client.send(new ListBucketsCommand({}), { abortSignal: AbortSignal.timeout(5_000) });
  } finally {
    client.destroy();
  }
}

/** A client for one short exchange; the caller destroys it. */
export function s3Client(config: Config, endpoint: string): S3Client {
  return new S3Client({
    endpoint, region: config.S3_REGION, forcePathStyle: true, maxAttempts: 1,
    credentials: { accessKeyId: config.AWS_ACCESS_KEY_ID, secretAccessKey: config.AWS_SECRET_ACCESS_KEY },
  });
}
