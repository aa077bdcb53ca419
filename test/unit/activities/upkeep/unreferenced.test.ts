import { WorkflowNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createRemoveExpired, type RemoveExpiredDeps } from '../../../../activities/upkeep/removeExpired';
import {
  createRemoveUnreferenced,
  type Removal,
  type RemoveUnreferencedDeps,
} from '../../../../activities/upkeep/removeUnreferenced';
import { readConfig } from '../../../../settings/config';
import { runIdAt } from '../../../../core/ids';
import { NessieConflictError, NessieReferenceNotFoundError } from '../../../../nessie/errors';
import type { At, Content, Reference } from '../../../../nessie/model';
import { memoryStore } from '../memoryStore';

const HOUR_MS = 3_600_000;
const OLD = runIdAt(Date.now() - 80 * HOUR_MS);
const YOUNG = runIdAt(Date.now() - HOUR_MS);
const ALIVE = runIdAt(Date.now() - 90 * HOUR_MS);

const CUT_OFF = [
  `work/nem/${OLD}/0a1b2c3d-1`,
  `work/nem/${OLD}/2`,
  `evidence/nem/${OLD}`,
  `evidence/nem/${OLD}/0a1b2c3d-1`,
  `work/other/${OLD}/1`,
];
const KEPT = [
  'main',
  'slot_1',
  `failed/nem/${OLD}`,
  `work/nem/by-hand/1`,
  `work/nem/${OLD}-mine/1`,
  `work/nem/${YOUNG}/1`,
  `evidence/nem/${YOUNG}`,
  `work/nem/${ALIVE}/1`,
  `evidence/nem/${ALIVE}/1`,
];

/** Branches in memory; each shows one table of its own name, which is one file. */
function lake() {
  const branches = new Map([...CUT_OFF, ...KEPT].map((name) => [name, `hash of ${name}`]));
  const [store, lakeStore] = [memoryStore(), memoryStore()];
  /** What every branch holds beside its table. */
  const held = new Map<string, Content>();
  for (const name of branches.keys()) lakeStore.objects.set(`warehouse/${name}`, Buffer.from('x'));
  const nessie = {
    listReferences: async (): Promise<Reference[]> => [
      ...[...branches].map(([name, hash]) => ({ type: 'BRANCH' as const, name, hash })),
      { type: 'TAG', name: `work/nem/${OLD}/kept`, hash: `hash of work/nem/${OLD}/kept` },
    ],
    listContents: async ({ name, hash }: At): Promise<Map<string, Content>> => {
      expect(name).toBe('');
      const table = hash!.replace(/^hash of |, moved$/g, '');
      return new Map([
        ['nem', { type: 'NAMESPACE' }],
        [`nem.${table}`, { type: 'ICEBERG_TABLE', metadataLocation: `s3a://test/warehouse/${table}` }],
        ...held,
      ]);
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
  const jobs = new Set<string>();
  const spark = {
    submit: async ({
      job_id,
      params: { metadata, out_uri },
    }: {
      job_id: string;
      params: { metadata: string[]; out_uri: string };
    }): Promise<void> => {
      jobs.add(job_id);
      asked.push(metadata.map((location) => location.replace('s3a://test/warehouse/', '')));
      await store.put(
        out_uri.replace('s3://test/', ''),
        metadata.map((path) => JSON.stringify({ path })).join('\n'),
      );
    },
    progress: async (id: string) => (jobs.has(id) ? { status: 'succeeded', result: {} } : null),
  };
  const client = { workflow: { getHandle: (id: string) => ({ describe: () => describeRun(id) }) } };
  const deps = {
    config: readConfig({}),
    nessie,
    client,
    spark,
    store,
    lakeStore,
    signal: () => new AbortController().signal,
  };
  const activities = createRemoveUnreferenced(deps as unknown as RemoveUnreferencedDeps);
  const run = (remove: boolean): Promise<Removal> =>
    new MockActivityEnvironment({ activityId: String(jobs.size) }).run(activities.removeUnreferenced, {
      pipeline: 'nem',
      remove,
    });
  return { branches, nessie, lakeStore, held, asked, run };
}

describe('removing what nothing refers to', () => {
  it('drops the branches of interrupted runs, before it looks for the files that only they referred to', async () => {
    const { branches, lakeStore, asked, run } = lake();
    expect(await run(true)).toMatchObject({ removed: true, branches: 5, branch_sample: CUT_OFF, files: 5 });
    expect([...branches.keys()]).toEqual(KEPT);
    expect(asked).toEqual([[...KEPT, `work/nem/${OLD}/kept`]]);
    expect([...lakeStore.objects.keys()]).toEqual(KEPT.map((name) => `warehouse/${name}`));
    expect(await run(true)).toMatchObject({ branches: 0, files: 0 });
  });

  it('asks for a state that many references show once, and keeps the metadata of views', async () => {
    const { branches, lakeStore, held, asked, run } = lake();
    branches.clear();
    for (const name of ['main', 'slot_1', 'slot_2']) branches.set(name, 'hash of main');
    held.set('nem.seen', { type: 'ICEBERG_VIEW', metadataLocation: 's3://test/warehouse/slot_1' });
    await run(true);
    expect(asked).toEqual([['main', `work/nem/${OLD}/kept`]]);
    expect([...lakeStore.objects.keys()]).toEqual(['warehouse/main', 'warehouse/slot_1']);
  });

  it.each([[{ type: 'DELTA_LAKE_TABLE' }], [{ type: 'ICEBERG_TABLE' }]])(
    'removes nothing where a branch holds %j, whose files it cannot know',
    async (content) => {
      const { lakeStore, held, run } = lake();
      held.set('nem.strange', content);
      await expect(run(true)).rejects.toThrow('nem.strange');
      expect(lakeStore.objects.size).toBe(14);
    },
  );

  it('removes nothing where the lake refers to no stored file at all: that is another lake, or none', async () => {
    const { branches, lakeStore, run } = lake();
    branches.clear();
    lakeStore.objects.set('warehouse/x', Buffer.from('x'));
    await expect(run(true)).rejects.toThrow('found none');
    expect(lakeStore.objects.size).toBeGreaterThan(0);
  });

  it('keeps a file that nothing refers to for as long as a run may still be about to commit it', async () => {
    const { lakeStore, run } = lake();
    for (const hours of [0, 71, 73]) {
      lakeStore.objects.set(`warehouse/orphan-${hours}`, Buffer.from('x'));
      lakeStore.modified.set(`warehouse/orphan-${hours}`, Date.now() - hours * HOUR_MS);
    }
    expect(await run(true)).toMatchObject({ files: CUT_OFF.length + 1 });
    expect([...lakeStore.objects.keys()].filter((key) => key.includes('orphan'))).toEqual([
      'warehouse/orphan-0',
      'warehouse/orphan-71',
    ]);
  });

  it('only says so when not asked to remove', async () => {
    const { branches, lakeStore, run } = lake();
    expect(await run(false)).toMatchObject({ removed: false, branches: 5, branch_sample: CUT_OFF, files: 5 });
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

describe('removing what is past its time', () => {
  const PREFIXES = ['staged', 'bulk', 'gates', 'receipts', 'landing'];

  /** Objects of each kind, as old in days as the last part of their keys says. */
  function kept(environment: Record<string, string>, ages: number[]) {
    const store = memoryStore();
    for (const prefix of PREFIXES)
      for (const days of ages) store.objects.set(`${prefix}/nem/${days}`, Buffer.from('xx'));
    store.objects.set('staged/other/999', Buffer.from('xx'));
    const { list } = store;
    store.list = async (prefix) =>
      (await list(prefix)).map((object) => ({
        ...object,
        modified_ms: Date.now() - Number(object.key.split('/').at(-1)) * 24 * HOUR_MS,
      }));
    const running = new Set<string>();
    const client = {
      workflow: {
        list: async function* ({ query }: { query: string }) {
          yield* [...running].filter((type) => query.includes(`'${type}'`));
        },
      },
    };
    const activities = createRemoveExpired({
      config: readConfig(environment),
      store,
      client,
    } as unknown as RemoveExpiredDeps);
    const run = (remove: boolean) =>
      new MockActivityEnvironment().run(activities.removeExpired, { pipeline: 'nem', remove });
    return { run, running, left: () => [...store.objects.keys()].sort() };
  }

  it('takes staged rows, plans and gate documents, each by its days; leaves landing and other pipelines', async () => {
    const { run, left } = kept({ STAGED_DAYS: '7', GATE_DAYS: '30' }, [6, 8, 31]);
    const all = left();
    expect([await run(false), left()]).toEqual([{ removed: false, files: 5, bytes: 10 }, all]);
    expect(await run(true)).toEqual({ removed: true, files: 5, bytes: 10 });
    expect(all.filter((key) => !left().includes(key))).toEqual([
      'bulk/nem/31',
      'bulk/nem/8',
      'gates/nem/31',
      'staged/nem/31',
      'staged/nem/8',
    ]);
    expect(await run(true)).toMatchObject({ files: 0 });
  });

  it.each(['backfillRange', 'reloadLanding'])(
    'takes nothing staged while a %s is under way, however long it is paused',
    async (type) => {
      const { run, running, left } = kept({ STAGED_DAYS: '7', GATE_DAYS: '30' }, [31]);
      running.add(type);
      await run(true);
      expect(left()).toEqual([
        'bulk/nem/31',
        'landing/nem/31',
        'receipts/nem/31',
        'staged/nem/31',
        'staged/other/999',
      ]);
      running.clear();
      await run(true);
      expect(left()).toEqual(['landing/nem/31', 'receipts/nem/31', 'staged/other/999']);
    },
  );

  it('takes landed files and their receipts only where LANDING_DAYS is set', async () => {
    const { run, left } = kept({ LANDING_DAYS: '100' }, [99, 101]);
    await run(true);
    expect(left()).toEqual(['landing/nem/99', 'receipts/nem/99', 'staged/other/999']);
  });
});
