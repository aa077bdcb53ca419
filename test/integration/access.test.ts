import { readConfig } from '../../settings/config';
import { TrinoClient } from '../../trino/client';
import { ensureBranchCatalog, dropBranchCatalog } from '../../trino/branchCatalog';

/**
 * Access control of the stack's Trino: `currents` works on slots, everybody else reads main and feature
 * branches.
 */
const { trinoUrl } = readConfig();
const operator = new TrinoClient({ server: trinoUrl, user: 'currents', source: 'access-test' });
const analyst = new TrinoClient({ server: trinoUrl, user: 'ann', source: 'access-test' });
const table = `access_${Date.now()}`;
const branch = 'slot_1';

jest.setTimeout(120_000);

/** The branch catalog shows a slot, so that there is a table to read without a merge. */
beforeAll(async () => {
  await operator.runQuery(`create table slot_1.nem_ops.${table} as select 1 as one`);
  await ensureBranchCatalog(operator, readConfig(), branch);
});
afterAll(async () => {
  await dropBranchCatalog(operator, branch);
  await operator.runQuery(`drop table slot_1.nem_ops.${table}`);
});

describe('an analyst', () => {
  it('sees main, feature branches and nothing of the slots', async () => {
    const { rows } = await analyst.runQuery('show catalogs');
    const names = rows.map(([name]) => String(name));
    expect(names).toEqual(expect.arrayContaining(['lake', 'branch_slot_1', 'system']));
    expect(names.filter((name) => name.startsWith('slot_'))).toEqual([]);
    await expect(analyst.runQuery(`select * from slot_1.nem_ops.${table}`)).rejects.toThrow(/Access Denied/);
  });

  it('reads a feature branch', async () => {
    expect((await analyst.runQuery(`select one from branch_slot_1.nem_ops.${table}`)).rows).toEqual([[1]]);
  });

  it.each([
    ['insert', `insert into branch_slot_1.nem_ops.${table} values 2`],
    ['delete', `delete from branch_slot_1.nem_ops.${table}`],
    ['update', `update branch_slot_1.nem_ops.${table} set one = 3`],
    ['drop a table', `drop table branch_slot_1.nem_ops.${table}`],
    ['make a table on main', 'create table lake.nem_ops.mine as select 1 as one'],
    ['make a view on main', 'create view lake.nem_ops.mine as select 1 as one'],
    ['make a schema', 'create schema lake.mine'],
    ['drop a catalog', 'drop catalog branch_slot_1'],
    ['call a procedure', `call branch_slot_1.system.rollback_to_snapshot('nem_ops', '${table}', 1)`],
    [
      'end the queries of others',
      "call system.runtime.kill_query(query_id => '20260101_000000_00000_aaaaa', message => '')",
    ],
  ])('may not %s', async (_, sql) => {
    await expect(analyst.runQuery(sql)).rejects.toThrow(/Access Denied/);
  });
});

describe('main', () => {
  it('cannot be written through Trino: it changes only by merges', async () => {
    await expect(operator.runQuery('create table lake.nem_ops.mine as select 1 as one')).rejects.toThrow(
      /Access Denied/,
    );
  });
});
