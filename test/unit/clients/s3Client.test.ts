import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ObjectStore } from '../../../clients/s3/objectStore';
import { createS3Client, s3ClientOptions } from '../../../clients/s3/s3Client';
import { readConfig, type Config } from '../../../settings/config';
import type { S3Access } from '../../../settings/objectStore';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-example' };
const TOKEN = 'token-example';
const optionsOf = (settings: Record<string, string>): unknown => s3ClientOptions(readConfig(settings).s3);

describe('the options of a client', () => {
  test("are those of before for the stack's own store", () => {
    expect(optionsOf({})).toEqual({
      endpoint: 'http://127.0.0.1:7238',
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'currents', secretAccessKey: 'currents-secret' },
    });
  });

  test('have no token of a shell beside the keys of the own store', () => {
    expect(optionsOf({ ...KEYS, AWS_SESSION_TOKEN: TOKEN })).toMatchObject({
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-example' },
    });
    expect(JSON.stringify(optionsOf({ ...KEYS, AWS_SESSION_TOKEN: TOKEN }))).not.toContain(TOKEN);
  });

  test('have neither endpoint nor keys for AWS with a role, and the bucket in the host', () => {
    expect(optionsOf({ S3_ENDPOINT: 'aws', S3_REGION: 'eu-west-1' })).toEqual({
      region: 'eu-west-1',
      forcePathStyle: false,
    });
  });

  test('have the keys and the token that are given', () => {
    const settings = { S3_ENDPOINT: 'https://s3.example.com', ...KEYS, AWS_SESSION_TOKEN: TOKEN };
    expect(optionsOf(settings)).toEqual({
      endpoint: 'https://s3.example.com',
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-example', sessionToken: TOKEN },
    });
  });

  test.each([
    [{ S3_ENDPOINT: 'https://s3.example.com', S3_FORCE_PATH_STYLE: 'false' }, false],
    [{ S3_ENDPOINT: 'aws', S3_FORCE_PATH_STYLE: 'true' }, true],
    [{ S3_ENDPOINT: 'https://s3.example.com' }, true],
  ])('address the bucket as %j says', (settings, forcePathStyle) => {
    expect(optionsOf(settings)).toMatchObject({ forcePathStyle });
  });
});

/** What the store would see: one request of a client, recorded by a server on loopback. */
interface Recorded {
  url: string;
  headers: http.IncomingHttpHeaders;
}

describe('a signed request', () => {
  const recorded: Recorded[] = [];
  const server = http.createServer(({ url, headers }, answer) => {
    recorded.push({ url: url!, headers });
    answer.end();
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => void recorded.splice(0));

  async function put(settings: Record<string, string>): Promise<Recorded> {
    const config = configAt(settings);
    const store = new ObjectStore(toLoopback(config.s3), 'bucket');
    await store.put('a/b', 'rows');
    store.close();
    expect(recorded).toHaveLength(1);
    return recorded[0]!;
  }

  function configAt(settings: Record<string, string>): Config {
    const { port } = server.address() as AddressInfo;
    return readConfig({ S3_ENDPOINT: `http://store.localhost:${port}`, ...KEYS, ...settings });
  }

  /** Names below `localhost` are this machine, which not every resolver knows. */
  function toLoopback(access: S3Access): ReturnType<typeof createS3Client> {
    const httpAgent = new http.Agent({
      lookup: (_name, { all }, found) =>
        all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
    });
    return createS3Client(access, { requestHandler: { httpAgent } });
  }

  test('carries the session token, and signs it', async () => {
    const { url, headers } = await put({ AWS_SESSION_TOKEN: TOKEN, S3_REGION: 'eu-west-1' });
    expect(headers['x-amz-security-token']).toBe(TOKEN);
    expect(headers.authorization).toMatch(/Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/s3\/aws4_request/);
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-security-token/);
    expect(url).toMatch(/^\/bucket\/a\/b/);
  });

  test('has no token without one', async () => {
    const { headers } = await put({});
    expect(headers).not.toHaveProperty('x-amz-security-token');
    expect(headers).not.toHaveProperty('x-amz-server-side-encryption');
  });

  test('has the bucket in the host in virtual-host style', async () => {
    const { url, headers } = await put({ S3_FORCE_PATH_STYLE: 'false' });
    expect(headers.host).toMatch(/^bucket\.store\.localhost:\d+$/);
    expect(url).toMatch(/^\/a\/b/);
  });

  test.each([
    [{ S3_SSE: 'AES256' }, 'AES256', undefined],
    [
      { S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'arn:aws:kms:eu-west-1:1:key/k' },
      'aws:kms',
      'arn:aws:kms:eu-west-1:1:key/k',
    ],
  ])('asks for the encryption of %j', async (settings, type, key) => {
    const { headers } = await put(settings);
    expect(headers['x-amz-server-side-encryption']).toBe(type);
    expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(key);
    expect(headers.authorization).toMatch(/SignedHeaders=[^,]*x-amz-server-side-encryption/);
  });

  test('finds the keys along the default chain when none are given', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { ...KEYS, AWS_SESSION_TOKEN: 'token-of-chain' });
    try {
      const { headers } = await put({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
      expect(headers['x-amz-security-token']).toBe('token-of-chain');
    } finally {
      process.env = before;
    }
  });
});
