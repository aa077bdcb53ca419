import { S3Client, type S3ClientConfig, type ServiceInputTypes } from '@aws-sdk/client-s3';
import type { S3Access } from '../../settings/objectStore';

const WRITES = new Set(['PutObjectCommand', 'CreateMultipartUploadCommand', 'CopyObjectCommand']);

/** The options of a client; without keys the SDK looks for them along its default chain. */
export function s3ClientOptions({ endpoint, region, pathStyle, keys }: S3Access): S3ClientConfig {
  return {
    region,
    forcePathStyle: pathStyle,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keys === undefined ? {} : { credentials: keys }),
  };
}

/** The one way to a client of the store; the caller destroys it. */
export function createS3Client(access: S3Access, more: S3ClientConfig = {}): S3Client {
  const client = new S3Client({ ...s3ClientOptions(access), ...more });
  const encrypted = encryptionInput(access);
  if (encrypted !== undefined)
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          next(isWrite(commandName) ? { ...args, input: { ...args.input, ...encrypted } } : args),
      { step: 'initialize', name: 'currentsEncryption' },
    );
  return client;
}

/** Here, and not at each call, so that no write can be without it. */
function encryptionInput({ encryption }: S3Access): Partial<ServiceInputTypes> | undefined {
  if (encryption === undefined) return undefined;
  return {
    ServerSideEncryption: encryption.type,
    ...(encryption.type === 'aws:kms' ? { SSEKMSKeyId: encryption.kmsKeyId } : {}),
  };
}

function isWrite(command: string | undefined): boolean {
  return command !== undefined && WRITES.has(command);
}
