import { catalogOf } from '../../../clients/spark/sparkJob';
import { readConfig } from '../../../settings/config';
import { awsEnvironment, withoutCredentials } from '../../../stack/services/awsEnvironment';
import { ownEnvironment } from '../../../stack/services/environment';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-example' };
const TOKEN = { AWS_SESSION_TOKEN: 'token-example' };
const CHAIN = {
  AWS_PROFILE: 'lake',
  AWS_SHARED_CREDENTIALS_FILE: '/aws/credentials',
  AWS_CONFIG_FILE: '/aws/config',
  AWS_ROLE_ARN: 'arn:aws:iam::1:role/lake',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/aws/token',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials',
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/aws/container',
};

describe("a child's way to the store", () => {
  test("is that of before for the stack's own store, whatever the shell has for AWS", () => {
    expect(awsEnvironment(readConfig({}).s3, { ...CHAIN, ...TOKEN })).toEqual({
      AWS_ACCESS_KEY_ID: 'currents',
      AWS_SECRET_ACCESS_KEY: 'currents-secret',
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });

  test('is all that leads along the default chain where no keys are given', () => {
    const { s3 } = readConfig({ S3_ENDPOINT: 'aws', S3_REGION: 'eu-west-1' });
    expect(awsEnvironment(s3, { ...CHAIN, OTHER: 'x' })).toEqual({ ...CHAIN, AWS_REGION: 'eu-west-1' });
  });

  test('brings what a store asks of every client, with keys and without', () => {
    const asked = { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required', AWS_MAX_ATTEMPTS: '9' };
    for (const more of [{}, KEYS]) {
      const environment = { S3_ENDPOINT: 'http://store.test', ...more, ...asked };
      expect(awsEnvironment(readConfig(environment).s3, environment)).toMatchObject(asked);
    }
  });

  test('is the keys and the token that are given, and no profile beside them', () => {
    const environment = { S3_ENDPOINT: 'aws', ...KEYS, ...TOKEN, ...CHAIN };
    expect(awsEnvironment(readConfig(environment).s3, environment)).toEqual({
      ...KEYS,
      ...TOKEN,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
  });

  test('has no credential of another origin in the environment of our own programs', () => {
    expect(withoutCredentials({ ...CHAIN, ...KEYS, ...TOKEN, OTHER: 'x' })).toEqual({ OTHER: 'x' });
    const before = process.env.AWS_PROFILE;
    process.env.AWS_PROFILE = 'lake';
    try {
      expect(ownEnvironment(readConfig({}))).not.toHaveProperty('AWS_PROFILE');
      expect(ownEnvironment(readConfig({ S3_ENDPOINT: 'aws' }))).toMatchObject({ AWS_PROFILE: 'lake' });
    } finally {
      if (before === undefined) delete process.env.AWS_PROFILE;
      else process.env.AWS_PROFILE = before;
    }
  });
});

describe("a Spark job's catalog", () => {
  const own = {
    mode: 'native',
    uri: 'http://127.0.0.1:7239/api/v2',
    ref: 'main',
    warehouse: 's3://currents-lake/warehouse',
    s3_endpoint: 'http://127.0.0.1:7238',
    s3_region: 'us-east-1',
  };

  test("is the document of before for the stack's own store", () => {
    expect(catalogOf(readConfig({}), 'main')).toEqual(own);
  });

  test('says what differs for a managed store, and no secret', () => {
    const kms = { S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'arn:k' };
    const { s3_endpoint, ...rest } = own;
    expect(s3_endpoint).toBeDefined();
    expect(catalogOf(readConfig({ S3_ENDPOINT: 'aws', ...kms, ...KEYS, ...TOKEN }), 'main')).toEqual({
      ...rest,
      s3_path_style: false,
      s3_sse: 'aws:kms',
      s3_sse_kms_key_id: 'arn:k',
    });
  });
});

describe('the settings of a store', () => {
  test.each([
    [{ S3_ENDPOINT: 's3.example.com' }, /S3_ENDPOINT/],
    [{ S3_ENDPOINT: 'aws', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE' }, /AWS_SECRET_ACCESS_KEY/],
    [{ S3_SSE: 'aws:kms' }, /S3_SSE_KMS_KEY_ID/],
    [{ S3_SSE_KMS_KEY_ID: 'arn:k' }, /S3_SSE_KMS_KEY_ID/],
    [{ S3_SSE: 'KMS' }, /S3_SSE/],
  ])('are refused by name: %j', (settings, name) => {
    expect(() => readConfig(settings)).toThrow(name);
  });

  test('keep one given key beside the other default for the own store', () => {
    expect(readConfig({ AWS_SECRET_ACCESS_KEY: 'other' }).s3.keys).toEqual({
      accessKeyId: 'currents',
      secretAccessKey: 'other',
    });
  });

  test("leave the stack's own store as it is where the lake is elsewhere", () => {
    const { ownS3 } = readConfig({ S3_ENDPOINT: 'aws', S3_SSE: 'AES256' });
    expect(ownS3).toEqual(readConfig({}).s3);
  });
});
