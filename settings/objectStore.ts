import { z } from 'zod';

const text = z.string().trim().min(1).optional();

/** `S3_ENDPOINT` of AWS itself: each client finds the address by the region. */
const AWS = 'aws';
const OWN_KEYS = { accessKeyId: 'currents', secretAccessKey: 'currents-secret' };

/** Where objects are kept and how it is reached, as part of the one schema. */
export const objectStoreSettings = {
  S3_ENDPOINT: text
    .refine((value) => value === undefined || value === AWS || /^https?:\/\/./.test(value), {
      error: 'expected http://..., https://... or aws',
    })
    .describe("S3 endpoint; aws: Amazon S3 of the region (default: the stack's own)"),
  S3_REGION: z.string().default('us-east-1').describe('S3 region'),
  S3_FORCE_PATH_STYLE: z
    .stringbool()
    .optional()
    .describe(
      'true: the bucket is in the path of an address; false: in the host name (default: ' +
        'false with S3_ENDPOINT=aws, else true)',
    ),
  S3_SSE: z
    .enum(['none', 'AES256', 'aws:kms'])
    .default('none')
    .describe('Encryption by the store that each write asks for; none: as the bucket is set'),
  S3_SSE_KMS_KEY_ID: text.describe('Key (ARN) that encrypts where S3_SSE is aws:kms'),
  AWS_ACCESS_KEY_ID: text.describe(
    "S3 access key (default: currents for the stack's own store; with S3_ENDPOINT the AWS default chain)",
  ),
  AWS_SECRET_ACCESS_KEY: text.describe(
    "S3 secret key; never logged (default: currents-secret for the stack's own store)",
  ),
  AWS_SESSION_TOKEN: text.describe(
    "Session token of temporary keys; never logged; not sent to the stack's own store",
  ),
};

export type ObjectStoreSettings = z.infer<z.ZodObject<typeof objectStoreSettings>>;

export interface S3Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** How a store is reached: what every client of S3, in any language, is set up from. */
export interface S3Access {
  /** Undefined: the one of AWS for the region. */
  endpoint: string | undefined;
  region: string;
  pathStyle: boolean;
  /** Undefined: the AWS default chain (environment, profile, web identity, container, instance). */
  keys: S3Keys | undefined;
  encryption: { type: 'AES256' } | { type: 'aws:kms'; kmsKeyId: string } | undefined;
}

/** The stack's own store has an address and keys whatever the settings. */
export type OwnStoreAccess = S3Access & { endpoint: string; keys: S3Keys };

/** The store of the settings; `own` is the address of the stack's own, which needs no setting at all. */
export function storeAccess(settings: ObjectStoreSettings, own: string): S3Access {
  const { S3_ENDPOINT } = settings;
  return {
    endpoint: S3_ENDPOINT === AWS ? undefined : (S3_ENDPOINT ?? own),
    region: settings.S3_REGION,
    pathStyle: settings.S3_FORCE_PATH_STYLE ?? S3_ENDPOINT !== AWS,
    keys: S3_ENDPOINT === undefined ? ownKeys(settings) : givenKeys(settings),
    encryption: encryptionOf(settings),
  };
}

/** The stack's own store, also where a setting points the lake elsewhere. */
export function ownStoreAccess(settings: ObjectStoreSettings, own: string): OwnStoreAccess {
  const { S3_REGION: region } = settings;
  return { endpoint: own, region, pathStyle: true, keys: ownKeys(settings), encryption: undefined };
}

/** Without a token: a shell often has one for AWS, and the own store knows no other identity than this. */
function ownKeys(settings: ObjectStoreSettings): S3Keys {
  return {
    accessKeyId: settings.AWS_ACCESS_KEY_ID ?? OWN_KEYS.accessKeyId,
    secretAccessKey: settings.AWS_SECRET_ACCESS_KEY ?? OWN_KEYS.secretAccessKey,
  };
}

function givenKeys(settings: ObjectStoreSettings): S3Keys | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = settings;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function encryptionOf({ S3_SSE, S3_SSE_KMS_KEY_ID }: ObjectStoreSettings): S3Access['encryption'] {
  if (S3_SSE === 'none') return undefined;
  return S3_SSE === 'AES256' ? { type: S3_SSE } : { type: S3_SSE, kmsKeyId: S3_SSE_KMS_KEY_ID! };
}

/** Half a pair is an error in some clients and no keys in others. */
export function hasWholePair(found: ObjectStoreSettings): boolean {
  const halves = [found.AWS_ACCESS_KEY_ID, found.AWS_SECRET_ACCESS_KEY];
  const given = halves.filter((half) => half !== undefined).length;
  return found.S3_ENDPOINT === undefined || given !== 1;
}

/** Spark and Trino each have another key in mind when none is named. */
export function hasKmsKey({ S3_SSE, S3_SSE_KMS_KEY_ID }: ObjectStoreSettings): boolean {
  return (S3_SSE === 'aws:kms') === (S3_SSE_KMS_KEY_ID !== undefined);
}
