import { randomUUID } from 'node:crypto';
import { isSlot } from '../../core/ids';
import type { Config } from '../../settings/config';
import { catalogProperties } from '../../trino/branchCatalog';
import { probeTrinoQuery } from './trino';

const LIMIT_MS = 30_000;

/** Reads each catalog; writes to a branch and a catalog made for it, since slots may be in use by runs. */
export async function proveTrino(config: Config): Promise<string[]> {
  const names = (await probeTrinoQuery(config.trinoUrl, 'show catalogs')).map(([name]) => String(name));
  const own = names.filter((name) => name === 'lake' || isSlot(name));
  if (!own.includes('lake')) throw new Error(`expected the catalog lake among ${names.join(', ')}`);
  for (const name of own)
    await probeTrinoQuery(config.trinoUrl, `show schemas from ${name}`).catch((error: Error) => {
      throw new Error(`catalog ${name}: ${error.message}`);
    });
  await onScratchBranch(config, (branch) => proveTable(config, branch));
  return own;
}

async function onScratchBranch(config: Config, use: (branch: string) => Promise<void>): Promise<void> {
  const branch = `proof_${randomUUID().replaceAll('-', '')}`;
  const { reference } = (await nessie(config, '/trees/main')) as { reference: { hash: string } };
  const made = (await nessie(config, `/trees?name=${branch}&type=BRANCH`, 'POST', {
    type: 'BRANCH',
    name: 'main',
    hash: reference.hash,
  })) as { reference: { hash: string } };
  try {
    await use(branch);
  } finally {
    const now = (await nessie(config, `/trees/${branch}`).catch(() => made)) as typeof made;
    await nessie(config, `/trees/${branch}@${now.reference.hash}`, 'DELETE');
  }
}

async function proveTable(config: Config, branch: string): Promise<void> {
  const run = (sql: string): Promise<unknown[][]> => probeTrinoQuery(config.trinoUrl, sql);
  const properties = Object.entries(catalogProperties(config, branch)).map(
    ([name, value]) => `"${name}" = '${value.replaceAll("'", "''")}'`,
  );
  await run(`create catalog ${branch} using iceberg with (${properties.join(', ')})`);
  try {
    await run(`create schema ${branch}.proof`);
    await run(`create table ${branch}.proof.proof as select 1 as one`);
    const [row] = await run(`select one from ${branch}.proof.proof`);
    await run(`drop table ${branch}.proof.proof`);
    if (row?.[0] !== 1) throw new Error(`expected the row that was written, found ${JSON.stringify(row)}`);
  } finally {
    await run(`drop catalog ${branch}`);
  }
}

async function nessie(config: Config, path: string, method = 'GET', body?: unknown): Promise<unknown> {
  const response = await fetch(`${config.nessieUrl}${path}`, {
    method,
    signal: AbortSignal.timeout(LIMIT_MS),
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Nessie answered ${response.status}: ${text.slice(0, 200)}`);
  return JSON.parse(text || '{}');
}
