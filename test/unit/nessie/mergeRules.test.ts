import fc from 'fast-check';
import { tableDifferences } from '../../../nessie/branchDiff';
import { undeclaredChanges } from '../../../nessie/mergeRules';
import type { Change } from '../../../nessie/model';

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
