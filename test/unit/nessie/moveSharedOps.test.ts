import type { NessieClient } from '../../../nessie/client';
import { NessieConflictError, OpsTableTwiceError } from '../../../nessie/errors';
import type { Content, Operation } from '../../../nessie/model';
import { isBeforeMove, moveSharedOps } from '../../../nessie/moveSharedOps';

/** Branches in memory, whose contents change by commits alone. */
class MemoryNessie {
  readonly commits: string[] = [];
  /** Thrown by the next commits, one each. */
  readonly failures: Error[] = [];

  constructor(readonly branches: Record<string, Record<string, Content>>) {}

  listReferences = async () =>
    Object.keys(this.branches).map((name) => ({ type: name === 'v1' ? 'TAG' : 'BRANCH', name, hash: 'h' }));
  getReference = async (name: string) => ({ name, hash: 'h' });
  getContents = async ({ name }: { name: string }, keys: string[]) =>
    new Map(keys.flatMap((key) => (this.branches[name]![key] ? [[key, this.branches[name]![key]]] : [])));
  commit = async ({ name }: { name: string }, _message: string, operations: Operation[]) => {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.commits.push(name);
    for (const operation of operations) {
      const key = operation.key.elements.join('.');
      if (operation.type === 'DELETE') delete this.branches[name]![key];
      else this.branches[name]![key] = operation.content as Content;
    }
  };
}

const table = (id: string): Content => ({ type: 'ICEBERG_TABLE', id, snapshotId: '7433456773338399999' });
const old = (branch: string): Record<string, Content> => ({
  ops: { type: 'NAMESPACE' },
  'ops.dead_letters': table(`${branch}-letters`),
  'ops.ingest_ledger': table(`${branch}-ledger`),
  'ops.mine': table(`${branch}-mine`),
});
const move = (nessie: MemoryNessie): Promise<string[]> =>
  moveSharedOps(nessie as unknown as NessieClient, 'nem');

describe('ops tables of a lake of 0.1.0', () => {
  const lake = (): MemoryNessie =>
    new MemoryNessie({
      'failed/nem/r1': old('failed'),
      main: old('main'),
      slot_1: old('slot'),
      'work/nem/r1/a-1': old('work'),
      mine: { 'nem.silver': table('s') },
      v1: old('tag'),
    });

  it('move on main first, then on every branch of no run, with their content ids, and nothing else', async () => {
    const nessie = lake();
    expect(await move(nessie)).toEqual(['main', 'failed/nem/r1']);
    expect(nessie.commits).toEqual(['main', 'failed/nem/r1']);
    expect(nessie.branches['main']).toEqual({
      ops: { type: 'NAMESPACE' },
      nem_ops: { type: 'NAMESPACE', elements: ['nem_ops'], properties: {} },
      'nem_ops.dead_letters': table('main-letters'),
      'nem_ops.ingest_ledger': table('main-ledger'),
      'ops.mine': table('main-mine'),
    });
    expect(nessie.branches['slot_1']).toEqual(old('slot'));
  });

  it('move once, and the rest when it was killed in between', async () => {
    const nessie = lake();
    nessie.failures.push(new Error('killed'));
    await expect(move(nessie)).rejects.toThrow('killed');
    expect(await move(nessie)).toEqual(['main', 'failed/nem/r1']);
    expect(await move(nessie)).toEqual([]);
    expect(nessie.commits).toHaveLength(2);
  });

  it('move on the new head when another client commits meanwhile', async () => {
    const nessie = lake();
    nessie.failures.push(new NessieConflictError('commit', 'main moved'));
    expect(await move(nessie)).toEqual(['main', 'failed/nem/r1']);
  });

  it('stay where a branch has one in both namespaces', async () => {
    const nessie = new MemoryNessie({ main: { ...old('main'), 'nem_ops.ingest_ledger': table('other') } });
    await expect(move(nessie)).rejects.toBeInstanceOf(OpsTableTwiceError);
    expect(nessie.commits).toEqual([]);
  });
});

describe('a commit of before the move', () => {
  it.each<[string, Record<string, Content>, boolean]>([
    ['has ops tables in the shared namespace', old('main'), true],
    ['and a later one has not', { 'nem_ops.dead_letters': table('main-letters') }, false],
  ])('%s', async (_, contents, isBefore) => {
    const nessie = { getContents: new MemoryNessie({ '': contents }).getContents };
    expect(await isBeforeMove(nessie as unknown as NessieClient, 'c0ffee')).toBe(isBefore);
  });
});
