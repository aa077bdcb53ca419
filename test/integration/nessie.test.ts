import { randomUUID } from 'node:crypto';
import { readConfig } from '../../settings/config';
import { branchDiff } from '../../nessie/branchDiff';
import { NessieClient } from '../../nessie/client';
import { commitAt } from '../../nessie/model';
import {
  NessieConflictError,
  NessieReferenceExistsError,
  NessieReferenceNotFoundError,
  UnauditedCommitError,
  UndeclaredChangesError,
} from '../../nessie/errors';
import { findMergeOfRun, publishAuditedHash, type PublishRequest } from '../../nessie/mergeRules';

/**
 * Needs a running Nessie (NESSIE_URL, or the stack of CURRENTS_PORT_BASE). Works on branches of its own;
 * `target` stands in for main.
 */
const client = new NessieClient(readConfig().nessieUrl, { timeout_ms: 20_000 });
const runId = (): string => `r-${randomUUID()}`;

/** What an engine's commit does: tables get new metadata files. */
async function writeTables(branch: string, tables: string[], contentId?: string): Promise<string> {
  const { hash } = await client.getReference(branch);
  const content = () => ({
    type: 'ICEBERG_TABLE',
    id: contentId,
    metadataLocation: `s3://t/${randomUUID()}.json`,
    snapshotId: 1,
    schemaId: 0,
    specId: 0,
    sortOrderId: 0,
  });
  return commit(
    branch,
    hash,
    tables.map((table) => ({ type: 'PUT', key: { elements: table.split('.') }, content: content() })),
  );
}

/** As the stack's bootstrap does for main: without a commit, two branches have no common ancestor. */
async function makeNamespace(branch: string, name: string): Promise<void> {
  const { hash } = await client.getReference(branch);
  const present = await client.getContents({ name: branch, hash }, [name]);
  if (!present.has(name))
    await commit(branch, hash, [
      {
        type: 'PUT',
        key: { elements: [name] },
        content: { type: 'NAMESPACE', elements: [name], properties: {} },
      },
    ]);
}

async function commit(branch: string, hash: string, operations: unknown[]): Promise<string> {
  const response = await fetch(`${client.url}/trees/${encodeURIComponent(branch)}@${hash}/history/commit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ commitMeta: { message: 'write' }, operations }),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { targetBranch: { hash: string } }).targetBranch.hash;
}

const writeTable = (branch: string, table: string, contentId?: string) =>
  writeTables(branch, [table], contentId);

async function tableId(branch: string, table: string): Promise<string | undefined> {
  return (await client.getContents({ name: branch }, [table])).get(table)?.id ?? undefined;
}

describe('Nessie merge rules on a real server', () => {
  let target: string;
  let branch: string;
  let baseHash: string;
  const made: string[] = [];

  const freshBranch = async (from: string): Promise<string> => {
    const name = `test/${randomUUID()}/1`;
    await client.createBranch(name, { name: from, hash: (await client.getReference(from)).hash });
    made.push(name);
    return name;
  };

  const publish = (auditedHash: string, more: Partial<PublishRequest> = {}) =>
    publishAuditedHash(client, {
      pipeline: 'nem',
      runId: runId(),
      branch,
      auditedHash,
      baseHash,
      into: target,
      declaredOutputs: ['t.*'],
      message: 'publish',
      ...more,
    });

  beforeAll(async () => {
    await makeNamespace('main', 'nem');
  });

  beforeEach(async () => {
    target = await freshBranch('main');
    await makeNamespace(target, 't');
    baseHash = await writeTable(target, 't.seed');
    branch = await freshBranch(target);
  });

  afterAll(async () => {
    for (const name of made) await client.deleteBranch(name, (await client.getReference(name)).hash);
  });

  it('applies a merge once, however often it is asked for', async () => {
    const auditedHash = await writeTable(branch, 't.a');
    const request = { runId: runId(), properties: { 'currents.verdict': 'passed' } };
    const first = await publish(auditedHash, request);
    const again = await publish(auditedHash, request);
    expect([first.outcome, again.outcome]).toEqual(['applied', 'alreadyApplied']);
    expect(again.mergeHash).toBe(first.mergeHash);
    expect((await client.getReference(target)).hash).toBe(first.mergeHash);
    expect(first.changedKeys).toEqual(['t.a']);
  });

  it('applies a merge once when two callers publish the same run at once', async () => {
    const auditedHash = await writeTable(branch, 't.a');
    const request = { runId: runId() };
    const outcomes = await Promise.all([
      publish(auditedHash, request),
      publish(auditedHash, request),
      publish(auditedHash, request),
    ]);
    expect(outcomes.filter((result) => result.outcome === 'applied')).toHaveLength(1);
    const commits = await client.log({ name: target }, { max: 50, untilHash: baseHash });
    expect(commits).toHaveLength(1);
  });

  it('finds the merge of a run whose answer was lost, behind later commits', async () => {
    const request = { runId: runId() };
    const first = await publish(await writeTable(branch, 't.a'), request);
    await writeTable(target, 't.later');
    const found = await findMergeOfRun(client, target, { pipeline: 'nem', ...request });
    expect(found?.hash).toBe(first.mergeHash);
  });

  it('merges the runs of two pipelines that have one run id', async () => {
    const request = { runId: runId() };
    await publish(await writeTable(branch, 't.a'), request);
    const other = await freshBranch(target);
    const otherBase = (await client.getReference(target)).hash;
    const second = await publish(await writeTable(other, 't.b'), {
      ...request,
      pipeline: 'iot',
      branch: other,
      baseHash: otherBase,
    });
    expect(second.outcome).toBe('applied');
  });

  it('does not apply the same commit again under another run id', async () => {
    const auditedHash = await writeTable(branch, 't.a');
    const first = await publish(auditedHash);
    expect(await publish(auditedHash)).toMatchObject({
      outcome: 'alreadyApplied',
      mergeHash: first.mergeHash,
    });
  });

  it('refuses to publish when the branch moved on after the audit', async () => {
    const auditedHash = await writeTable(branch, 't.a');
    await writeTable(branch, 't.zombie');
    await expect(publish(auditedHash)).rejects.toBeInstanceOf(UnauditedCommitError);
    expect((await client.getReference(target)).hash).toBe(baseHash);
  });

  it('refuses to publish a table the run did not declare', async () => {
    const auditedHash = await writeTable(branch, 't.b');
    await expect(publish(auditedHash, { declaredOutputs: ['t.a'] })).rejects.toBeInstanceOf(
      UndeclaredChangesError,
    );
    expect((await client.getReference(target)).hash).toBe(baseHash);
  });

  it('reports a conflict when both sides changed one table, and changes nothing', async () => {
    const id = await tableId(branch, 't.seed');
    const auditedHash = await writeTable(branch, 't.seed', id);
    const targetHash = await writeTable(target, 't.seed', id);
    expect(await publish(auditedHash)).toMatchObject({
      outcome: 'conflict',
      mergeHash: null,
      conflicts: [{ key: 't.seed', type: 'VALUE_DIFFERS' }],
    });
    expect((await client.getReference(target)).hash).toBe(targetHash);
  });

  it('does not mind changes of other tables on the target', async () => {
    const auditedHash = await writeTable(branch, 't.a');
    await writeTable(target, 't.other');
    expect(await publish(auditedHash)).toMatchObject({ outcome: 'applied', changedKeys: ['t.a'] });
  });

  it('has nothing to merge when the run changed nothing', async () => {
    expect(await publish(baseHash)).toMatchObject({ outcome: 'nothingToMerge', mergeHash: baseHash });
  });

  it('changes nothing in a dry run, and tells its conflicts', async () => {
    const id = await tableId(branch, 't.seed');
    const fromHash = await writeTable(branch, 't.seed', id);
    const dry = () =>
      client.merge({
        from: branch,
        fromHash,
        into: target,
        expectedIntoHash: baseHash,
        message: 'dry',
        isDryRun: true,
      });
    expect(await dry()).toMatchObject({ wasApplied: false, wasSuccessful: true, keys: ['t.seed'] });
    expect((await client.getReference(target)).hash).toBe(baseHash);
    await writeTable(target, 't.seed', id);
    expect(await dry()).toMatchObject({ wasApplied: false, wasSuccessful: false });
  });

  it('moves a branch only from the hash expected', async () => {
    const hash = await writeTable(branch, 't.a');
    const slot = await freshBranch(target);
    await client.assignBranch(slot, baseHash, { name: branch, hash });
    await client.assignBranch(slot, baseHash, { name: branch, hash });
    await expect(
      client.assignBranch(slot, baseHash, { name: target, hash: await writeTable(target, 't.b') }),
    ).rejects.toBeInstanceOf(NessieConflictError);
    expect((await client.getReference(slot)).hash).toBe(hash);
    await expect(client.deleteBranch(slot, baseHash)).rejects.toBeInstanceOf(NessieConflictError);
  });

  it('names missing and taken references', async () => {
    await expect(client.getReference(`no/${randomUUID()}`)).rejects.toBeInstanceOf(
      NessieReferenceNotFoundError,
    );
    await expect(client.createBranch(branch, { name: target, hash: baseHash })).rejects.toBeInstanceOf(
      NessieReferenceExistsError,
    );
  });

  it('compares branches of more tables than fit one page', async () => {
    await writeTables(
      branch,
      Array.from({ length: 620 }, (_, index) => `t.many_${index}`),
    );
    expect(await branchDiff(client, { name: target }, { name: branch })).toHaveLength(620);
  });

  it('lists what a commit holds after the only branch that showed it is gone', async () => {
    const own = await freshBranch(target);
    const tables = Array.from({ length: 3 }, (_, index) => `t.gone_${index}`);
    const hash = await writeTables(own, tables);
    await client.deleteBranch(own, hash);
    made.splice(made.indexOf(own), 1);
    const found = await client.listContents(commitAt(hash));
    expect(tables.map((table) => found.get(table)?.type)).toEqual([
      'ICEBERG_TABLE',
      'ICEBERG_TABLE',
      'ICEBERG_TABLE',
    ]);
    expect(found.get('t.gone_0')?.metadataLocation).toMatch(/^s3:/);
  });

  it('reads no more history than asked for, and stops at a commit', async () => {
    await writeTable(branch, 't.a');
    const [newest] = await client.log({ name: branch }, { max: 1 });
    expect(
      (await client.log({ name: branch }, { max: 50, untilHash: baseHash })).map((commit) => commit.hash),
    ).toEqual([newest?.hash]);
  });
});
