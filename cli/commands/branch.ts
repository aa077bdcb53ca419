import type { Command } from 'commander';
import { readConfig, type Config } from '../../settings/config';
import { catalogOfBranch, isBranchOfRun, isSlot, MAIN_BRANCH } from '../../core/ids';
import { isoSeconds } from '../../core/interval';
import { NessieClient } from '../../nessie/client';
import { RUN_ID_PROPERTY } from '../../nessie/mergeRules';
import type { MergeResult } from '../../nessie/merge';
import type { Reference } from '../../nessie/model';
import { isBeforeMove } from '../../nessie/moveSharedOps';
import { dropBranchCatalog, ensureBranchCatalog } from '../../trino/branchCatalog';
import { TrinoClient } from '../../trino/client';
import { reportDiff, type TableReport } from '../support/branchReport';
import { BranchBeforeMoveError, BranchConflictError, InvalidArgumentError } from '../support/errors';
import { printJson, say, table } from '../support/output';

interface Lake {
  config: Config;
  nessie: NessieClient;
  trino: TrinoClient;
}

/** Internal branches: slots, attempts, evidence. Users' branches must not be named like them. */
const RESERVED = /^(main$|slot_|work\/|evidence\/|failed\/)/;

export function register(program: Command): void {
  const branch = program
    .command('branch')
    .summary('a lake of your own to try things on')
    .description(
      'Feature branches: every table of main, free to change, merged back in one step. ' +
        'NESSIE_BRANCH=<name> points run, query, metadata load, status, runs, deadletters, ' +
        'rebuild and backfill at one.',
    );
  branch
    .command('create <name>')
    .description('Makes a branch of main and a Trino catalog for it.')
    .action((name: string) => createBranch(name));
  branch
    .command('list')
    .description('Branches of people and of failed runs.')
    .option('--json', 'print as JSON')
    .action((options: { json?: boolean }) => list(options.json));
  branch
    .command('diff <name>')
    .description('Changed tables, their row counts and schemas, against main.')
    .option('--json', 'print as JSON')
    .action((name: string, options: { json?: boolean }) => showDiff(name, options.json));
  branch
    .command('promote <name>')
    .description(
      'Merges the branch into main in one step. Ends with BRANCH_CONFLICT when main changed the same tables.',
    )
    .action((name: string) => promoteBranch(name));
  branch
    .command('drop <name>')
    .description('Drops the branch and its catalog.')
    .action((name: string) => dropBranch(name));
}

function lake(): Lake {
  const config = readConfig();
  return {
    config,
    nessie: new NessieClient(config.nessieUrl),
    trino: new TrinoClient({ server: config.trinoUrl, user: 'currents', source: 'currents-branch' }),
  };
}

export async function createBranch(name: string): Promise<void> {
  if (RESERVED.test(name) || !/^[A-Za-z][A-Za-z0-9_./-]*$/.test(name))
    throw new InvalidArgumentError('name', 'letters, digits and _ . - / that no run uses', name);
  const { config, nessie, trino } = lake();
  await requireOwnCatalog(nessie, name);
  const main = await nessie.getReference(MAIN_BRANCH);
  await nessie.createBranch(name, { name: MAIN_BRANCH, hash: main.hash });
  const catalog = await ensureBranchCatalog(trino, config, name);
  say(`branch ${name} at ${main.hash.slice(0, 12)}, Trino catalog ${catalog}`);
  say(`try: NESSIE_BRANCH=${name} npx currents run nem --gold-only`);
}

/** `a-b` and `a_b` would be read through one catalog, which shows the branch that was there first. */
export async function requireOwnCatalog(
  nessie: Pick<NessieClient, 'listReferences'>,
  name: string,
): Promise<void> {
  const catalog = catalogOfBranch(name);
  const other = (await nessie.listReferences()).find(
    (reference) => reference.name !== name && catalogOfBranch(reference.name) === catalog,
  );
  if (other)
    throw new InvalidArgumentError(
      'name',
      `a name with a catalog of its own (branch ${other.name} has ${catalog})`,
      name,
    );
}

async function list(asJson = false): Promise<void> {
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
  const { config, nessie, trino } = lake();
  await nessie.getReference(name);
  const catalog = await ensureBranchCatalog(trino, config, name);
  const report = await reportDiff(
    nessie,
    trino,
    { branch: MAIN_BRANCH, catalog: catalogOfBranch(MAIN_BRANCH) },
    { branch: name, catalog },
  );
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
  const { nessie } = lake();
  const [from, main] = await Promise.all([nessie.getReference(name), nessie.getReference(MAIN_BRANCH)]);
  const merged = await nessie.merge({
    from: name,
    fromHash: from.hash,
    into: MAIN_BRANCH,
    expectedIntoHash: main.hash,
    message: `promote branch ${name}`,
    properties: {
      [RUN_ID_PROPERTY]: `promote-${name}-${isoSeconds(Date.now())}`,
      'currents.kind': 'promote',
    },
  });
  if (!merged.wasSuccessful) throw await conflictOf(nessie, name, merged);
  say(
    merged.wasApplied
      ? `promoted ${name}: main is now ${merged.resultantTargetHash?.slice(0, 12)}`
      : `main already holds ${name}`,
  );
}

async function conflictOf(
  nessie: NessieClient,
  name: string,
  { conflicts, commonAncestor }: MergeResult,
): Promise<Error> {
  const keys = conflicts.map(({ key }) => key);
  const isOld = commonAncestor !== null && (await isBeforeMove(nessie, commonAncestor));
  return isOld ? new BranchBeforeMoveError(name, keys) : new BranchConflictError(name, keys);
}

export async function dropBranch(name: string): Promise<void> {
  if (name === MAIN_BRANCH || isSlot(name))
    throw new InvalidArgumentError('name', 'a branch of your own', name);
  const { nessie, trino } = lake();
  const { hash } = await nessie.getReference(name);
  await dropBranchCatalog(trino, name);
  await nessie.deleteBranch(name, hash);
  say(`dropped ${name}`);
}
