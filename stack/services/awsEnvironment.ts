import type { S3Access } from '../../settings/objectStore';

/** What the AWS clients of every language find credentials by. */
const CREDENTIALS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
];
/**
 * By which the clients of every language reach a store. Stores that know no checksums of newer clients take
 * writes only with both `..._CHECKSUM_...` as `when_required`.
 */
const WAYS = [
  'AWS_CA_BUNDLE',
  'AWS_STS_REGIONAL_ENDPOINTS',
  'AWS_ENDPOINT_URL_STS',
  'AWS_REQUEST_CHECKSUM_CALCULATION',
  'AWS_RESPONSE_CHECKSUM_VALIDATION',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
  'AWS_RETRY_MODE',
  'AWS_MAX_ATTEMPTS',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
];

/**
 * What a child that uses the store gets: the keys where there are any, else all that leads its own clients to
 * theirs. Never both: boto3 fails on a profile that is missing, and sends a token beside keys it is not for.
 */
export function awsEnvironment(
  { keys, region }: S3Access,
  given: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const common = { ...picked(given, WAYS), AWS_REGION: region };
  if (keys === undefined) return { ...picked(given, CREDENTIALS), ...common };
  return {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    ...(keys.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: keys.sessionToken }),
    ...common,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** An environment without anything that AWS clients would find credentials by. */
export function withoutCredentials(given: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !CREDENTIALS.includes(entry[0]),
    ),
  );
}

function picked(given: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (given[name] ? [[name, given[name]] as const] : [])));
}
