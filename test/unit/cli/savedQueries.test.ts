import { UnknownQueryError } from '../../../cli/support/errors';
import { exitCodeOf } from '../../../cli/support/output';
import { savedQuery } from '../../../cli/support/savedQueries';
import { lettersSql } from '../../../core/deadLetters/lettersSql';
import type { QueryResult } from '../../../trino/client';

/** A lake that answers the question for a table with as many rows. */
const lakeWith = (rows: number) => ({
  runQuery: async () => ({ rows: Array.from({ length: rows }, () => [1]) }) as unknown as QueryResult,
});
const plain = (sql: string): string => sql.toLowerCase().replace(/\s+/g, '').replaceAll('"', '');

describe('a saved query', () => {
  it.each(['nope', '../queries/freshness_by_table', ''])(
    "named %j is the caller's mistake, and the answer names those there are",
    async (name) => {
      const error: unknown = await savedQuery(name, lakeWith(1)).catch((found: unknown) => found);
      expect(error).toBeInstanceOf(UnknownQueryError);
      expect(error).toMatchObject({
        code: 'UNKNOWN_QUERY',
        message: expect.stringMatching(new RegExp(`@freshness_by_table, .*found @${name}$`)),
      });
      expect(exitCodeOf(error)).toBe(2);
    },
  );

  it("is the file's SQL", async () => {
    expect(await savedQuery('freshness_by_table', lakeWith(0))).toMatch(
      /^-- title: Freshness by table\n[\s\S]*order by table_name$/,
    );
  });

  it('takes the table of decisions as empty where none was made yet', async () => {
    const [before, after] = [
      await savedQuery('dead_letters_by_reason', lakeWith(0)),
      await savedQuery('dead_letters_by_reason', lakeWith(1)),
    ];
    expect(after).toContain('from ops.dead_letter_events\n');
    expect(before).not.toContain('ops.dead_letter_events');
    expect(before).toContain('from (SELECT CAST(NULL AS varchar) AS pipeline, ');
  });

  it('about dead letters knows a letter and its status as the commands do', async () => {
    const [saved, ours] = [
      plain(await savedQuery('dead_letters_by_reason', lakeWith(1))),
      plain(lettersSql({ pipeline: 'nem', hasEvents: true })),
    ];
    const id = /coalesce\(element_at\(headers.*?,1,16\)\)\)/.exec(ours)![0];
    const order = /orderby(if\(.*?offset\))/.exec(ours)![1]!;
    for (const part of [id, order]) expect(saved).toContain(part);
    expect(saved).toMatch(
      /casewhendecisions\.last_actionisnullthen'new'when.*='released'thenif\(.*failures>0,'failed','new'\)else.*last_actionend/,
    );
  });
});
