import type { Config } from '../settings/config';
import { catalogOfBranch } from '../core/ids';
import type { TrinoClient } from './client';
import { quoteText } from '../core/sqlText';

/**
 * Creates the Trino catalog that shows a branch, unless it exists. For users' branches only: Trino does not
 * free all memory of a dropped Iceberg catalog, so runs work on the static catalogs of slots. S3 keys are
 * named by reference to the server's environment, never written into the statement.
 */
export async function ensureBranchCatalog(
  trino: TrinoClient,
  config: Config,
  branch: string,
): Promise<string> {
  const catalog = catalogOfBranch(branch);
  const properties = Object.entries(catalogProperties(config, branch)).map(
    ([name, value]) => `"${name}" = ${quoteText(value)}`,
  );
  if (!(await catalogExists(trino, catalog)))
    await trino.runQuery(`create catalog ${catalog} using iceberg with (${properties.join(', ')})`);
  return catalog;
}

export async function dropBranchCatalog(trino: TrinoClient, branch: string): Promise<void> {
  const catalog = catalogOfBranch(branch);
  if (await catalogExists(trino, catalog)) await trino.runQuery(`drop catalog ${catalog}`);
}

/** Properties of one catalog of the lake; the static catalogs under trino/config have the same. */
export function catalogProperties(config: Config, branch: string): Record<string, string> {
  return {
    'iceberg.catalog.type': 'nessie',
    'iceberg.nessie-catalog.uri': config.nessieUrl,
    'iceberg.nessie-catalog.ref': branch,
    'iceberg.nessie-catalog.default-warehouse-dir': `s3://${config.LAKE_BUCKET}/warehouse`,
    'fs.native-s3.enabled': 'true',
    's3.endpoint': config.s3Endpoint,
    's3.region': config.S3_REGION,
    's3.path-style-access': 'true',
    's3.aws-access-key': '${ENV:AWS_ACCESS_KEY_ID}',
    's3.aws-secret-key': '${ENV:AWS_SECRET_ACCESS_KEY}',
  };
}

async function catalogExists(trino: TrinoClient, catalog: string): Promise<boolean> {
  const { rows } = await trino.runQuery('show catalogs');
  return rows.some(([name]) => name === catalog);
}
