import type { S3Access } from '../settings/objectStore';

/**
 * How a catalog of Trino reaches the store. Keys are named by reference to the server's environment. Trino
 * has no property for a session token: then no keys are named, and its default chain finds all three there.
 */
export function storeProperties(access: S3Access): Record<string, string> {
  return {
    ...(access.endpoint === undefined ? {} : { 's3.endpoint': access.endpoint }),
    's3.region': access.region,
    's3.path-style-access': String(access.pathStyle),
    ...keyProperties(access),
    ...encryptionProperties(access),
  };
}

function keyProperties({ keys }: S3Access): Record<string, string> {
  if (keys === undefined || keys.sessionToken !== undefined) return {};
  return {
    's3.aws-access-key': '${ENV:AWS_ACCESS_KEY_ID}',
    's3.aws-secret-key': '${ENV:AWS_SECRET_ACCESS_KEY}',
  };
}

function encryptionProperties({ encryption }: S3Access): Record<string, string> {
  if (encryption === undefined) return {};
  if (encryption.type === 'AES256') return { 's3.sse.type': 'S3' };
  return { 's3.sse.type': 'KMS', 's3.sse.kms-key-id': encryption.kmsKeyId };
}
