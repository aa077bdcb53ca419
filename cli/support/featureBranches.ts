import { createCompareFeatureBranch } from '../../activities/branches/compareFeatureBranch';
import { createCreateFeatureBranch } from '../../activities/branches/createFeatureBranch';
import { createDropFeatureBranch } from '../../activities/branches/dropFeatureBranch';
import { createEndLanes } from '../../activities/branches/endLanes';
import { createPromoteFeatureBranch } from '../../activities/branches/promoteFeatureBranch';
import type { TableReport } from '../../activities/branches/support/branchReport';
import type { BranchDeps } from '../../activities/branches/support/ownCatalog';
import { catalogOfBranch, isBranchOfRun, MAIN_BRANCH } from '../../core/ids';
import { NessieClient } from '../../nessie/client';
import type { Reference } from '../../nessie/model';
import { pipelineNames } from '../../pipelines/registry';
import { readConfig } from '../../settings/config';
import { TrinoClient } from '../../trino/client';
import { dropByWorkflow } from './dropByWorkflow';
import { printJson, say, table } from './output';
import { withTemporal } from './session';

function lake(): BranchDeps {
  const config = readConfig();
  return {
    config,
    nessie: new NessieClient(config.nessieUrl),
    trino: new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-branch' }),
  };
}

export async function createBranch(name: string): Promise<void> {
  const { hash, catalog } = await createCreateFeatureBranch(lake()).createFeatureBranch({ branch: name });
  say(`branch ${name} at ${hash.slice(0, 12)}, Trino catalog ${catalog}`);
  say(`try: NESSIE_BRANCH=${name} npx currents run ${pipelineNames()[0] ?? '<pipeline>'} --gold-only`);
}

export async function listBranches(asJson = false): Promise<void> {
  const { nessie } = lake();
  const [main, all] = await Promise.all([nessie.getReference(MAIN_BRANCH), nessie.listReferences()]);
  const shown = all.filter(({ type, name }) => type === 'BRANCH' && !isBranchOfRun(name));
  const rows = await Promise.all(shown.map(async (reference) => describe(nessie, reference, main)));
  if (asJson) return printJson(rows);
  process.stdout.write(
    `${table(
      ['branch', 'hash', 'tables changed', 'catalog'],
      rows.map((row) => [row.branch, row.hash.slice(0, 12), row.tables_changed, row.catalog]),
    )}\n`,
  );
}

async function describe(
  nessie: NessieClient,
  { name, hash }: Reference,
  main: Reference,
): Promise<{ branch: string; hash: string; tables_changed: number; catalog: string }> {
  const changes = hash === main.hash ? [] : await nessie.diff({ name: MAIN_BRANCH }, { name });
  return { branch: name, hash, tables_changed: changes.length, catalog: catalogOfBranch(name) };
}

export async function showDiff(name: string, asJson = false): Promise<void> {
  const report = await createCompareFeatureBranch(lake()).compareFeatureBranch({ branch: name });
  if (asJson) return printJson(report);
  if (report.length === 0) return say(`${name} and main hold the same tables`);
  process.stdout.write(
    `${table(
      ['table', 'change', 'rows main', 'rows branch', 'schema'],
      report.map((row) => [row.table, row.change, row.rows_before, row.rows_after, schemaOf(row)]),
    )}\n`,
  );
}

function schemaOf({ columns_added, columns_removed, columns_retyped }: TableReport): string {
  return (
    [
      ...columns_added.map((name) => `+${name}`),
      ...columns_removed.map((name) => `-${name}`),
      ...columns_retyped.map((name) => `~${name}`),
    ].join(' ') || 'same'
  );
}

export async function promoteBranch(name: string): Promise<void> {
  const { mergeHash } = await createPromoteFeatureBranch(lake()).promoteFeatureBranch({ branch: name });
  say(
    mergeHash === null
      ? `main already holds ${name}`
      : `promoted ${name}: main is now ${mergeHash.slice(0, 12)}`,
  );
}

export async function dropBranch(name: string): Promise<void> {
  const deps = lake();
  // The activity may be repeated and so takes a branch that is gone; a person has mistyped it.
  await deps.nessie.getReference(name);
  await withTemporal(async ({ client }) => {
    if (await dropByWorkflow(client, name)) return;
    await createEndLanes({ client }).endLanes({ branch: name });
    await createDropFeatureBranch(deps).dropFeatureBranch({ branch: name });
  });
  say(`dropped ${name}`);
}
