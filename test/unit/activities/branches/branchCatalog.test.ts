import { requireOwnCatalog } from '../../../../activities/branches/support/ownCatalog';
import type { Reference } from '../../../../nessie/model';

const lake = (...names: string[]) => ({
  listReferences: () =>
    Promise.resolve(names.map((name): Reference => ({ type: 'BRANCH', name, hash: '00' }))),
});

describe('a new branch', () => {
  it.each([
    ['price-fix', 'price_fix'],
    ['Price_Fix', 'price_fix'],
    ['a/b', 'a.b'],
  ])('%s is not made beside %s, whose catalog would show it', async (name, there) => {
    await expect(requireOwnCatalog(lake('main', there), name)).rejects.toMatchObject({
      code: 'BRANCH_NAME',
      message: expect.stringContaining(`branch ${there} has branch_`) as string,
    });
  });

  it('is made beside others, and again where it is there already', async () => {
    await expect(requireOwnCatalog(lake('main', 'other', 'price_fix'), 'price_fix')).resolves.toBeUndefined();
  });
});
