import { KnownColumns } from '../../../activities/gates/knownColumns';
import type { Content } from '../../../nessie/model';
import type { Page } from '../../../trino/client';

const table = (metadataLocation: string, schemaId = 0, id = 'one'): Content => ({
  type: 'ICEBERG_TABLE',
  id,
  metadataLocation,
  schemaId,
});
const holding = (content?: Content) => new Map(content ? [['nem.t', content]] : []);

describe('the columns of a table', () => {
  const asked: string[] = [];
  const ask = async (sql: string): Promise<Page> => {
    asked.push(sql);
    return { columns: [], rows: [['nem', 't', `column_${asked.length}`, 'varchar']] };
  };
  beforeEach(() => asked.splice(0));

  const columnOf = async (known: KnownColumns, content?: Content, before?: Content): Promise<string> => {
    const found = await known.of(
      'slot_1',
      ['nem.t'],
      { contents: holding(content), before: holding(before) },
      ask,
    );
    return [...found.get('nem.t')!.keys()][0]!;
  };

  it('are asked once for a metadata file, and for the files that a run makes with the same schema', async () => {
    const known = new KnownColumns();
    expect(await columnOf(known, table('a'))).toBe('column_1');
    expect(await columnOf(known, table('a'))).toBe('column_1');
    expect(await columnOf(known, table('b'), table('a'))).toBe('column_1');
    expect(await columnOf(known, table('c'), table('b'))).toBe('column_1');
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['another schema', table('b', 1), table('a')],
    ['another table of the name', table('b', 0, 'two'), table('a')],
    ['no table before', table('b'), undefined],
    ['a table before that was not asked for', table('c'), table('b')],
  ])('are asked again for %s', async (_what, content, before) => {
    const known = new KnownColumns();
    await columnOf(known, table('a'));
    expect(await columnOf(known, content, before)).toBe('column_2');
  });

  it('are asked for a table that the catalog does not name', async () => {
    const known = new KnownColumns();
    expect(await columnOf(known)).toBe('column_1');
    expect(await columnOf(known)).toBe('column_2');
  });
});
