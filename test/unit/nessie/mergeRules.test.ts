import fc from 'fast-check';
import { tableDifferences } from '../../../nessie/branchDiff';
import { findMergeOfRun, publishAuditedHash, undeclaredChanges } from '../../../nessie/mergeRules';
import type { NessieClient } from '../../../nessie/client';
import type { Change, Commit } from '../../../nessie/model';

const table = (id: string) => ({ type: 'ICEBERG_TABLE', id, metadataLocation: `s3://${id}` });
const changed = (key: string): Change => ({ key, from: table('a'), to: table('a') });

describe('undeclaredChanges', () => {
  it('names every changed table that is not an output', () => {
    expect(undeclaredChanges([changed('nem.a'), changed('nem.b')], ['nem.a'])).toEqual(['nem.b']);
  });

  it('counts a dropped table as a change', () => {
    expect(undeclaredChanges([{ key: 'ops.x', from: table('a'), to: null }], ['nem.*'])).toEqual(['ops.x']);
  });

  it('takes a schema with .* for all its tables, and for no schema that starts alike', () => {
    expect(undeclaredChanges([changed('nem_gold.a'), changed('nem.a')], ['nem.*'])).toEqual(['nem_gold.a']);
  });

  it('lets namespaces be made on the way', () => {
    expect(undeclaredChanges([{ key: 'new', from: null, to: { type: 'NAMESPACE', id: 'n' } }], [])).toEqual(
      [],
    );
  });

  it('is empty exactly when every changed key is declared', () => {
    const keys = fc.array(fc.constantFrom('nem.a', 'nem.b', 'ops.c', 'ops.d'));
    fc.assert(
      fc.property(keys, keys, (changes, outputs) => {
        const undeclared = undeclaredChanges(changes.map(changed), outputs);
        expect(undeclared.length === 0).toBe(changes.every((key) => outputs.includes(key)));
      }),
    );
  });
});

describe('tableDifferences', () => {
  it('tells added, removed, changed and replaced tables apart, by name', () => {
    const found = tableDifferences([
      { key: 'n.d', from: table('a'), to: table('b') },
      { key: 'n.c', from: table('a'), to: table('a') },
      { key: 'n.b', from: table('a'), to: null },
      { key: 'n.a', from: null, to: table('a') },
      { key: 'n', from: null, to: { type: 'NAMESPACE' } },
    ]);
    expect(found.map((row) => [row.table, row.change])).toEqual([
      ['n.a', 'added'],
      ['n.b', 'removed'],
      ['n.c', 'changed'],
      ['n.d', 'replaced'],
    ]);
  });
});

describe('the merge of a run', () => {
  const commit = (hash: string, properties: Record<string, string>) => ({ hash, properties }) as Commit;
  const lakeWith = (...commits: Commit[]) =>
    ({ log: async () => commits, getReference: async () => ({ hash: 'b' }) }) as unknown as NessieClient;
  const ofNem = { pipeline: 'nem', runId: '20260101T000500Z' };
  const ofIot = { ...ofNem, pipeline: 'iot' };

  it("is found by pipeline and run id, also as 0.1.0 wrote it, and never another pipeline's", async () => {
    const now = lakeWith(
      commit('1', { 'currents.pipeline': 'iot', 'currents.run-id': 'iot/20260101T000500Z' }),
      commit('2', { 'currents.pipeline': 'nem', 'currents.run-id': 'nem/20260101T000500Z' }),
    );
    const before = lakeWith(
      commit('3', { 'currents.pipeline': 'nem', 'currents.run-id': '20260101T000500Z' }),
    );
    const found = [
      await findMergeOfRun(now, 'main', ofNem),
      await findMergeOfRun(now, 'main', ofIot),
      await findMergeOfRun(before, 'main', ofNem),
      await findMergeOfRun(before, 'main', ofIot),
    ];
    expect(found.map((each) => each?.hash)).toEqual(['2', '1', '3', undefined]);
  });

  /** A history of one commit a minute up to 02:00 on 3 January; the run's merge is the `age`-th newest. */
  function longHistory(age: number, properties: Record<string, string>) {
    const newest_ms = Date.UTC(2026, 0, 3, 2);
    const log = jest.fn(async ({ hash = '0' }: { hash?: string }, { max }: { max: number }) =>
      Array.from({ length: max }, (_, index) => Number(hash) + index).map((back) => ({
        ...commit(String(back), back === age ? properties : {}),
        committed_at: new Date(newest_ms - back * 60_000).toISOString(),
        parents: [String(back + 1), 'merged from'],
      })),
    );
    return { client: { log } as unknown as NessieClient, log };
  }

  it('is found however many commits others have made since', async () => {
    const { client, log } = longHistory(2_900, { 'currents.run-id': 'nem/20260101T000500Z' });
    expect(await findMergeOfRun(client, 'main', ofNem)).toMatchObject({ hash: '2900' });
    expect(log).toHaveBeenCalledTimes(6);
  });

  it('is not looked for long before the run was requested', async () => {
    const { client, log } = longHistory(-1, {});
    expect(await findMergeOfRun(client, 'main', { ...ofNem, runId: '20260103T010000Z-evidence' })).toBe(
      undefined,
    );
    expect(log).toHaveBeenCalledTimes(6);
  });

  it('is written with the key of the run and its pipeline', async () => {
    const merges: { properties: Record<string, string> }[] = [];
    const lake = Object.assign(lakeWith(), {
      diff: async () => [changed('iot.a')],
      merge: async (request: { properties: Record<string, string> }) => {
        merges.push(request);
        return { wasApplied: true, resultantTargetHash: 'merged' };
      },
    });
    const more = { branch: 'slot_1', auditedHash: 'b', baseHash: 'a', into: 'main', message: 'm' };
    await publishAuditedHash(lake, { ...ofIot, ...more, declaredOutputs: ['iot.*'] });
    expect(merges[0]!.properties).toEqual({
      'currents.pipeline': 'iot',
      'currents.run-id': 'iot/20260101T000500Z',
    });
  });
});
