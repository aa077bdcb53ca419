import { reportDiff } from '../../../../activities/branches/support/branchReport';
import type { NessieClient } from '../../../../nessie/client';
import type { Change } from '../../../../nessie/model';
import type { TrinoClient } from '../../../../trino/client';

type Tables = Record<string, { rows: number; columns: Record<string, string> }>;

const content = (id: string) => ({ type: 'ICEBERG_TABLE', id, metadataLocation: `s3://x/${id}` });

/**
 * Trino by catalog: answers counts and columns of the tables a statement names, and fails on one that is not
 * there.
 */
function trinoWith(catalogs: Record<string, Tables>) {
  const asked: string[] = [];
  const runQuery = async (sql: string) => {
    asked.push(sql);
    const [, catalog] = /from "(\w+)"\./.exec(sql)!;
    const tables = catalogs[catalog!]!;
    if (!sql.includes('information_schema')) {
      const named = [...sql.matchAll(/select '([^']+)', count\(\*\) from "\w+"\."(\w+)"\."(\w+)"/g)];
      return { rows: named.map(([, label, schema, table]) => [label, tables[`${schema}.${table}`]!.rows]) };
    }
    const named = [
      .../and table_schema \|\| '\.' \|\| table_name in \(([^)]*)\)/.exec(sql)![1]!.matchAll(/'([^']+)'/g),
    ].map(([, name]) => name!);
    return {
      rows: named.flatMap((name) =>
        Object.entries(tables[name]!.columns).map(([column, type]) => [name, column, type]),
      ),
    };
  };
  return { asked, trino: { runQuery } as unknown as TrinoClient };
}

function report(changes: Change[], catalogs: Record<string, Tables>) {
  const { asked, trino } = trinoWith(catalogs);
  const nessie = { diff: async () => changes } as unknown as NessieClient;
  return {
    asked,
    reported: reportDiff(nessie, trino, { branch: 'main', catalog: 'lake' }, { branch: 'b', catalog: 'b' }),
  };
}

describe('what a branch changes', () => {
  it('is told by table with rows and columns of both sides, in two statements a side', async () => {
    const { asked, reported } = report(
      [
        { key: 'nem.grown', from: content('1'), to: content('1') },
        { key: 'nem.new', from: null, to: content('2') },
        { key: 'nem.gone', from: content('3'), to: null },
        { key: 'nem.again', from: content('4'), to: content('5') },
        { key: 'nem', from: null, to: { type: 'NAMESPACE' } },
      ],
      {
        lake: {
          'nem.grown': { rows: 1, columns: { a: 'bigint', old: 'date', b: 'integer' } },
          'nem.gone': { rows: 9, columns: { a: 'bigint' } },
          'nem.again': { rows: 4, columns: { a: 'bigint' } },
        },
        b: {
          'nem.grown': { rows: 3, columns: { a: 'bigint', b: 'bigint', c: 'varchar' } },
          'nem.new': { rows: 2, columns: { a: 'bigint' } },
          'nem.again': { rows: 5, columns: { a: 'bigint' } },
        },
      },
    );
    const same = { columns_added: [], columns_removed: [], columns_retyped: [] };
    expect(await reported).toEqual([
      { table: 'nem.again', change: 'replaced', rows_before: 4, rows_after: 5, ...same },
      { table: 'nem.gone', change: 'removed', rows_before: 9, rows_after: null, ...same },
      {
        table: 'nem.grown',
        change: 'changed',
        rows_before: 1,
        rows_after: 3,
        columns_added: ['c'],
        columns_removed: ['old'],
        columns_retyped: ['b'],
      },
      { table: 'nem.new', change: 'added', rows_before: null, rows_after: 2, ...same },
    ]);
    expect(asked).toHaveLength(4);
  });

  it('is not asked when nothing differs', async () => {
    const { asked, reported } = report([], {});
    expect([await reported, asked]).toEqual([[], []]);
  });
});
