import { isBranchOfRun, MAIN_BRANCH } from '../core/ids';
import { opsNamespace, opsTable, OPS_TABLES, SHARED_OPS_NAMESPACE, type OpsTable } from '../core/opsTables';
import type { NessieClient } from './client';
import { NessieConflictError, OpsTableTwiceError } from './errors';
import { commitAt, putNamespace, type Content, type Operation, type Reference } from './model';

/** Another writer may commit between the read and the commit. */
const ATTEMPTS = 5;

/**
 * Moves the ops tables that 0.1.0 kept in one namespace into the pipeline's own, in one commit per branch:
 * main first, then all others. Branches of running runs are left out: a run, or its replay, starts from its
 * target again. A table keeps its content id, so its rows, snapshots and history stay. Safe to repeat, and
 * when it is killed between two branches. Tags stay as they are.
 *
 * @returns the branches that were changed
 * @throws OpsTableTwiceError
 */
export async function moveSharedOps(nessie: NessieClient, pipeline: string): Promise<string[]> {
  const branches = (await nessie.listReferences('')).filter(
    ({ type, name }) => type === 'BRANCH' && !isBranchOfRun(name),
  );
  const mainFirst = branches.sort(
    (a, b) => Number(b.name === MAIN_BRANCH) - Number(a.name === MAIN_BRANCH) || (a.name < b.name ? -1 : 1),
  );
  const moved: string[] = [];
  for (const { name } of mainFirst) if (await moveOnBranch(nessie, name, pipeline)) moved.push(name);
  return moved;
}

/**
 * Whether a commit is of before the move. A branch made there and main were moved separately, so each ops
 * table counts as changed on both.
 */
export async function isBeforeMove(nessie: NessieClient, hash: string): Promise<boolean> {
  const found = await nessie.getContents(commitAt(hash), OPS_TABLES.map(sharedTable));
  return found.size > 0;
}

function sharedTable(table: OpsTable): string {
  return `${SHARED_OPS_NAMESPACE}.${table}`;
}

async function moveOnBranch(nessie: NessieClient, name: string, pipeline: string): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const head = await nessie.getReference(name);
    const operations = await operationsFor(nessie, head, pipeline);
    if (operations.length === 0) return false;
    try {
      await nessie.commit(head, `Move the ops tables to ${opsNamespace(pipeline)}`, operations);
      return true;
    } catch (error) {
      if (!(error instanceof NessieConflictError) || attempt === ATTEMPTS) throw error;
    }
  }
}

async function operationsFor(
  nessie: NessieClient,
  { name, hash }: Reference,
  pipeline: string,
): Promise<Operation[]> {
  const namespace = opsNamespace(pipeline);
  const shared = OPS_TABLES.map(sharedTable);
  const own = OPS_TABLES.map((table) => opsTable(pipeline, table));
  const found = await nessie.getContents({ name, hash }, [...shared, ...own, namespace]);
  const present = OPS_TABLES.filter((_, index) => found.has(shared[index]!));
  if (present.length === 0) return [];
  const twice = present.filter((table) => found.has(opsTable(pipeline, table)));
  if (twice.length > 0) throw new OpsTableTwiceError(name, twice, pipeline);
  const renames = present.flatMap((table) => rename(found.get(sharedTable(table))!, table, pipeline));
  return found.has(namespace) ? renames : [putNamespace(namespace), ...renames];
}

function rename(content: Content, table: string, pipeline: string): Operation[] {
  return [
    { type: 'DELETE', key: { elements: [SHARED_OPS_NAMESPACE, table] } },
    { type: 'PUT', key: { elements: [opsNamespace(pipeline), table] }, content },
  ];
}
