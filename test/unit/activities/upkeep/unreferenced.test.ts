import { WorkflowNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createRemovalActivities, type Removal, type RemovalDeps } from '../../../../activities/upkeep/unreferenced';
import { readConfig } from '../../../../core/config';
import { runIdAt } from '../../../../core/ids';
import { NessieConflictError, NessieReferenceNotFoundError } from '../../../../nessie/errors';
import type { Reference } from '../../../../nessie/model';
import { memoryStore } from '../memoryStore';

const HOUR_MS = 3_600_000;
const OLD = runIdAt(Date.now() - 80 * HOUR_MS);
const YOUNG = runIdAt(Date.now() - HOUR_MS);
const ALIVE = runIdAt(Date.now() - 90 * HOUR_MS);

const CUT_OFF = [`work/nem/${OLD}/0a1b2c3d-1`, `work/nem/${OLD}/2`, `evidence/nem/${OLD}`, `evidence/nem/${OLD}/0a1b2c3d-1`];
const KEPT = [
  'main', 'slot_1', `failed/nem/${OLD}`, `work/other/${OLD}/1`, `work/nem/by-hand/1`, `work/nem/${OLD}-mine/1`,
  `work/nem/${YOUNG}/1`, `evidence/nem/${YOUNG}`, `work/nem/${ALIVE}/1`, `evidence/nem/${ALIVE}/1`,
];

/** Branches in memory; each refers to one file of its own name. */
function lake() {
  const branches = new Map([...CUT_OFF, ...KEPT].map((name) => [name, `hash of ${name}`]));
  const [store, lakeStore] = [memoryStore(), memoryStore()];
  for (const name of branches.keys()) lakeStore.objects.set(`warehouse/${name}`, Buffer.from('x'));
  const nessie = {
    listReferences: async (): Promise<Reference[]> => [
      ...[...branches].map(([name, hash]) => ({ type: 'BRANCH' as const, name, hash })), { type: 'TAG', name: `work/nem/${OLD}/kept`, hash: `hash of work/nem/${OLD}/kept` },
    ],
    createBranch: async (name: string, { hash }: { hash: string }): Promise<Reference> => {
      branches.set(name, hash);
      return { type: 'BRANCH', name, hash };
    },
    deleteBranch: async (name: string, hash: string): Promise<void> => {
      if (!branches.has(name)) throw new NessieReferenceNotFoundError(`delete ${name}`, 'none');
      if (branches.get(name) !== hash) throw new NessieConflictError(`delete ${name}`, 'another hash');
      branches.delete(name);
    },
  };
  const describeRun = async (id: string): Promise<object> => {
    if (id === `refine/nem/${ALIVE}`) return { status: { name: 'RUNNING' } };
    throw new WorkflowNotFoundError('not found', id, undefined);
  };
  const asked: string[][] = [];
  const pinned: string[] = [];
  const jobs = new Set<string>();
  const spark = {
    submit: async ({ job_id, params: { refs, out_uri } }: { job_id: string; params: { refs: Reference[]; out_uri: string } }): Promise<void> => {
      jobs.add(job_id);
      pinned.push(...refs.map(({ name }) => name));
      const names = refs.map(({ hash }) => hash.replace(/^hash of |, moved$/g, ''));
      asked.push(names);
      await store.put(out_uri.replace('s3://test/', ''), names.map((name) => JSON.stringify({ path: `s3a://test/warehouse/${name}` })).join('\n'));
    },
    progress: async (id: string) => (jobs.has(id) ? { status: 'succeeded', result: {} } : null),
  };
  const client = { workflow: { getHandle: (id: string) => ({ describe: () => describeRun(id) }) } };
  const deps = { config: readConfig({}), nessie, client, spark, store, lakeStore, signal: () => new AbortController().signal };
  const activities = createRemovalActivities(deps as unknown as RemovalDeps);
  const run = (remove: boolean): Promise<Removal> => new MockActivityEnvironment({ activityId: String(jobs.size) }).run(activities.removeUnreferenced, { pipeline: 'nem', remove });
  return { branches, nessie, lakeStore, asked, pinned, run };
}

describe('removing what nothing refers to', () => {
  it('drops the branches of runs cut off, before it looks for the files that only they referred to', async () => {
    const { branches, lakeStore, asked, run } = lake();
    expect(await run(true)).toMatchObject({ removed: true, branches: 4, branch_sample: CUT_OFF, files: 4 });
    expect([...branches.keys()]).toEqual(KEPT);
    expect(asked).toEqual([[...KEPT, `work/nem/${OLD}/kept`]]);
    expect([...lakeStore.objects.keys()]).toEqual(KEPT.map((name) => `warehouse/${name}`));
    expect(await run(true)).toMatchObject({ branches: 0, files: 0 });
  });

  it('looks through branches of its own, for slots and branches of runs move meanwhile, and leaves none', async () => {
    const { branches, pinned, run } = lake();
    await run(true);
    expect(pinned.length).toBeGreaterThan(0);
    expect(pinned.filter((name) => KEPT.includes(name) || branches.has(name))).toEqual([]);
  });

  it('removes nothing where the lake refers to no stored file at all: that is another lake, or none', async () => {
    const { branches, lakeStore, run } = lake();
    branches.clear();
    lakeStore.objects.set('warehouse/x', Buffer.from('x'));
    await expect(run(true)).rejects.toThrow('found none');
    expect(lakeStore.objects.size).toBeGreaterThan(0);
  });

  it('only says so when not asked to remove', async () => {
    const { branches, lakeStore, run } = lake();
    expect(await run(false)).toMatchObject({ removed: false, branches: 4, branch_sample: CUT_OFF, files: 4 });
    expect([branches.size, lakeStore.objects.size]).toEqual([14, 14]);
  });

  it('takes a branch that is gone for dropped, and keeps one that has moved with its files', async () => {
    const { branches, nessie, lakeStore, run } = lake();
    const { listReferences } = nessie;
    nessie.listReferences = async () => {
      const listed = await listReferences();
      branches.delete(CUT_OFF[0]!);
      branches.set(CUT_OFF[1]!, `hash of ${CUT_OFF[1]}, moved`);
      return listed;
    };
    await run(true);
    expect([...branches.keys()]).toEqual([CUT_OFF[1], ...KEPT]);
    expect(lakeStore.objects.has(`warehouse/${CUT_OFF[1]}`)).toBe(true);
  });
});
