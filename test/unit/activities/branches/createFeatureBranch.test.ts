import { createCreateFeatureBranch } from '../../../../activities/branches/createFeatureBranch';
import { createDropFeatureBranch } from '../../../../activities/branches/dropFeatureBranch';
import { ownCatalog, type BranchDeps } from '../../../../activities/branches/support/ownCatalog';
import { NessieReferenceExistsError, NessieReferenceNotFoundError } from '../../../../nessie/errors';
import { readConfig } from '../../../../settings/config';

/** Nessie's branches and Trino's catalogs in memory, with main at `m2`. */
function lakeOf(
  branches: Record<string, string> = {},
): BranchDeps & { log: string[]; catalogs: Set<string> } {
  const known = new Map(Object.entries({ main: 'm2', ...branches }));
  const [log, catalogs] = [[] as string[], new Set(['lake'])];
  const nessie = {
    getReference: async (name: string) => {
      const hash = known.get(name);
      if (hash === undefined) throw new NessieReferenceNotFoundError(`read ${name}`, name);
      return { type: 'BRANCH', name, hash };
    },
    listReferences: async () => [...known].map(([name, hash]) => ({ type: 'BRANCH', name, hash })),
    createBranch: async (name: string, { hash }: { hash: string }) => {
      if (known.has(name)) throw new NessieReferenceExistsError(`create ${name}`, name);
      known.set(name, hash);
      log.push(`branch ${name} at ${hash}`);
      return { type: 'BRANCH', name, hash };
    },
    deleteBranch: async (name: string, hash: string) => {
      known.delete(name);
      log.push(`dropped ${name} at ${hash}`);
    },
  };
  const trino = {
    runQuery: async (sql: string) => {
      const [, verb, catalog] = /^(create|drop) catalog (\w+)/.exec(sql) ?? [];
      if (verb === 'create') catalogs.add(catalog!);
      if (verb === 'drop') catalogs.delete(catalog!);
      return { rows: [...catalogs].map((name) => [name]) };
    },
  };
  return { config: readConfig({}), nessie, trino, log, catalogs } as unknown as ReturnType<typeof lakeOf>;
}

const create = (deps: BranchDeps) => createCreateFeatureBranch(deps).createFeatureBranch;

describe('a feature branch', () => {
  it('is made at the head of main, with a catalog', async () => {
    const lake = lakeOf();
    expect(await create(lake)({ branch: 'tariff' })).toEqual({
      hash: 'm2',
      catalog: 'branch_tariff',
      isNew: true,
    });
    expect([lake.log, lake.catalogs.has('branch_tariff')]).toEqual([['branch tariff at m2'], true]);
  });

  it('is found by a repeat whose first answer was lost, though main has moved', async () => {
    const lake = lakeOf({ tariff: 'm1' });
    expect(await create(lake)({ branch: 'tariff', fromHash: 'm1' })).toMatchObject({
      hash: 'm1',
      isNew: true,
    });
    expect(lake.log).toEqual([]);
  });

  it.each([
    ['another commit', { branch: 'tariff', fromHash: 'm2' }],
    ['an unknown commit', { branch: 'tariff' }],
  ])('is not made where one of its name stands at %s', async (_, input) => {
    await expect(create(lakeOf({ tariff: 'work' }))(input)).rejects.toMatchObject({
      code: 'NESSIE_REFERENCE_EXISTS',
    });
  });

  it('is taken as it stands when it is adopted', async () => {
    const lake = lakeOf({ tariff: 'work' });
    expect(await create(lake)({ branch: 'tariff', fromHash: 'm2', adopt: true })).toEqual({
      hash: 'work',
      catalog: 'branch_tariff',
      isNew: false,
    });
    expect(lake.log).toEqual([]);
  });

  it.each(['main', 'slot_1', 'work/nem/1/1', 'evidence/x', 'failed/nem/1', '1st', "a'b"])(
    'is not called %s',
    async (branch) => {
      await expect(create(lakeOf())({ branch })).rejects.toMatchObject({ code: 'BRANCH_NAME' });
    },
  );

  it('is dropped with its catalog, once', async () => {
    const lake = lakeOf({ tariff: 'work' });
    lake.catalogs.add('branch_tariff');
    const { dropFeatureBranch } = createDropFeatureBranch(lake);
    expect(await dropFeatureBranch({ branch: 'tariff' })).toEqual({ hash: 'work' });
    expect(lake.catalogs.has('branch_tariff')).toBe(false);
    expect(await dropFeatureBranch({ branch: 'tariff' })).toEqual({ hash: null });
    expect(lake.log).toEqual(['dropped tariff at work']);
    for (const branch of ['main', 'slot_2'])
      await expect(dropFeatureBranch({ branch })).rejects.toMatchObject({ code: 'BRANCH_NAME' });
  });
});

describe('the catalog of a branch', () => {
  it('is made for a branch that has none, and is lake for main', async () => {
    const lake = lakeOf({ 'feature-branch': 'work' });
    expect(await ownCatalog(lake, 'feature-branch')).toBe('branch_feature_branch');
    expect(await ownCatalog(lake, 'main')).toBe('lake');
    expect([...lake.catalogs]).toEqual(['lake', 'branch_feature_branch']);
  });

  it('is not made for a branch that is not there, or whose catalog shows another one', async () => {
    const lake = lakeOf({ 'a-b': 'x', a_b: 'y' });
    await expect(ownCatalog(lake, 'nowhere')).rejects.toMatchObject({ code: 'NESSIE_REFERENCE_NOT_FOUND' });
    await expect(ownCatalog(lake, 'a-b')).rejects.toMatchObject({ code: 'BRANCH_NAME' });
    expect([...lake.catalogs]).toEqual(['lake']);
  });
});
