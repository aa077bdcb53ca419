import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readConfig } from '../../../settings/config';
import { writeCatalogs } from '../../../stack/services/trino';
import { catalogProperties, ensureBranchCatalog } from '../../../trino/branchCatalog';
import type { TrinoClient } from '../../../trino/client';

const SECRETS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-example' };
const KEY_NAMES = ['s3.aws-access-key', 's3.aws-secret-key'];

/** What was written before there were settings for other stores. */
const LAKE = `# One Iceberg catalog bound to one Nessie reference: lake -> main, slot_n -> slot_n.
connector.name=iceberg
iceberg.catalog.type=nessie
iceberg.nessie-catalog.uri=http://127.0.0.1:7239/api/v2
iceberg.nessie-catalog.ref=main
iceberg.nessie-catalog.default-warehouse-dir=s3://currents-lake/warehouse
iceberg.file-format=PARQUET
iceberg.compression-codec=ZSTD
iceberg.max-partitions-per-writer=400
# main changes by merges alone, so its catalog is read-only for every user: file-based access control lets anyone run
# table procedures (ALTER TABLE ... EXECUTE), whatever its rules say.
iceberg.security=read_only
fs.native-s3.enabled=true
s3.endpoint=http://127.0.0.1:7238
s3.region=us-east-1
s3.path-style-access=true
s3.aws-access-key=\${ENV:AWS_ACCESS_KEY_ID}
s3.aws-secret-key=\${ENV:AWS_SECRET_ACCESS_KEY}
`;

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-catalogs-'))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

function written(settings: Record<string, string>): Record<string, string> {
  writeCatalogs(readConfig(settings), folder);
  return Object.fromEntries(
    fs.readdirSync(folder).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/** The properties of the store alone, of a static catalog; those of a branch's must be the same. */
function storeOf(settings: Record<string, string>): Record<string, string> {
  const lines = written(settings)['slot_1.properties']!.split('\n');
  const pairs = lines.filter((line) => line.startsWith('s3.')).map((line) => line.split(/=(.*)/).slice(0, 2));
  const properties = Object.fromEntries(pairs) as Record<string, string>;
  const branch = Object.entries(catalogProperties(readConfig(settings), 'b'));
  expect(properties).toEqual(Object.fromEntries(branch.filter(([name]) => name.startsWith('s3.'))));
  return properties;
}

describe("the store's properties in Trino's catalogs", () => {
  test("are the text of before for the stack's own store", () => {
    const slot = (name: string): string =>
      LAKE.replace('ref=main', `ref=${name}`).replace('read_only', 'allow_all');
    expect(written({})).toEqual({
      'lake.properties': LAKE,
      'slot_1.properties': slot('slot_1'),
      'slot_2.properties': slot('slot_2'),
      'slot_3.properties': slot('slot_3'),
    });
  });

  test('have neither endpoint nor keys for AWS with a role', () => {
    expect(storeOf({ S3_ENDPOINT: 'aws', S3_REGION: 'eu-west-1' })).toEqual({
      's3.region': 'eu-west-1',
      's3.path-style-access': 'false',
    });
  });

  test('name given keys by reference only', () => {
    const properties = storeOf({ S3_ENDPOINT: 'https://s3.example.com', ...SECRETS });
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(KEY_NAMES));
    expect(JSON.stringify(properties)).not.toMatch(/AKIDEXAMPLE|secret-example/);
  });

  test('leave keys with a session token to the default chain, which reads all three', () => {
    const properties = storeOf({ S3_ENDPOINT: 'aws', ...SECRETS, AWS_SESSION_TOKEN: 'token-example' });
    for (const name of KEY_NAMES) expect(properties).not.toHaveProperty([name]);
  });

  test.each([
    [{ S3_SSE: 'AES256' }, { 's3.sse.type': 'S3' }],
    [
      { S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'arn:k' },
      { 's3.sse.type': 'KMS', 's3.sse.kms-key-id': 'arn:k' },
    ],
  ])('encrypt as %j says', (settings, properties) => {
    expect(storeOf({ S3_ENDPOINT: 'aws', ...settings })).toMatchObject(properties);
  });
});

test('the statement that creates a catalog holds no secret', async () => {
  const statements: string[] = [];
  const trino = {
    runQuery: async (sql: string) => (statements.push(sql), { rows: [] }),
  } as unknown as TrinoClient;
  for (const AWS_SESSION_TOKEN of ['', 'token-example'])
    await ensureBranchCatalog(
      trino,
      readConfig({ S3_ENDPOINT: 'aws', ...SECRETS, AWS_SESSION_TOKEN }),
      'tariff',
    );
  expect(statements.filter((sql) => sql.startsWith('create catalog'))).toHaveLength(2);
  expect(statements.join()).not.toMatch(/AKIDEXAMPLE|secret-example|token-example/);
});
