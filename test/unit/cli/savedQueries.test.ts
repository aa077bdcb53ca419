import fs from 'node:fs/promises';
import path from 'node:path';
import { AmbiguousQueryError, UnknownQueryError } from '../../../cli/support/errors';
import { exitCodeOf } from '../../../cli/support/output';
import { savedQuery } from '../../../cli/support/savedQueries';
import { savedQueryFile, savedQueryFiles } from '../../../cli/support/savedQueryFiles';
import { deadLettersSql } from '../../../core/deadLetters/deadLettersSql';
import { enabledOf } from '../../../pipelines/registry';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import type { QueryResult } from '../../../trino/client';

/** A lake with these tables. */
const lakeWith = (...tables: string[]) => ({
  runQuery: async () => ({ rows: tables.map((table) => table.split('.')) }) as unknown as QueryResult,
});
const LETTERS = ['nem_ops.dead_letters', 'nem_ops.dead_letter_events'];
const plain = (sql: string): string => sql.toLowerCase().replace(/\s+/g, '').replaceAll('"', '');

describe('a saved query', () => {
  it.each(['nope', 'nem/nope', 'nem/dead_letters_by_reason', '../queries/dead_letters_by_reason', ''])(
    "named %j is the caller's mistake, and the answer names those there are",
    async (name) => {
      const error: unknown = await savedQuery(name, lakeWith()).catch((found: unknown) => found);
      expect(error).toBeInstanceOf(UnknownQueryError);
      expect(error).toMatchObject({
        code: 'UNKNOWN_QUERY',
        message: expect.stringMatching(
          new RegExp(`@dead_letters_by_reason, .*@nem/freshness_by_table, .*found @${name}$`),
        ),
      });
      expect(exitCodeOf(error)).toBe(2);
    },
  );

  it("is the file's SQL", async () => {
    expect(await savedQuery('nem/freshness_by_table', lakeWith())).toMatch(
      /^-- title: Freshness by table\n[\s\S]*order by table_name$/,
    );
  });

  it('takes the table of decisions as empty where none was made yet', async () => {
    const [before, after] = [
      await savedQuery('dead_letters_by_reason', lakeWith(LETTERS[0]!)),
      await savedQuery('dead_letters_by_reason', lakeWith(...LETTERS)),
    ];
    expect(after).toContain('from (select * from nem_ops.dead_letter_events)\n');
    expect(before).not.toContain('ops.dead_letter_events');
    expect(before).toContain('from (SELECT CAST(NULL AS varchar) AS pipeline, ');
  });

  it('sees the ops tables of all pipelines that have them', async () => {
    const sql = await savedQuery('dead_letters_by_reason', lakeWith(...LETTERS, 'iot_ops.dead_letters'), [
      'nem',
      'iot',
      'flights',
    ]);
    expect(sql).toContain(
      'from (select * from nem_ops.dead_letters union all select * from iot_ops.dead_letters)\n',
    );
    expect(sql).toContain('from (select * from nem_ops.dead_letter_events)\n');
    expect(sql).not.toContain('flights');
  });

  it('about dead letters gives ids and status as the commands do', async () => {
    const [saved, ours] = [
      plain(await savedQuery('dead_letters_by_reason', lakeWith(...LETTERS))),
      plain(deadLettersSql({ pipeline: 'nem', hasEvents: true })),
    ];
    const id = /coalesce\(element_at\(headers.*?,1,16\)\)\)/.exec(ours)![0];
    const order = /orderby(if\(.*?offset\))/.exec(ours)![1]!;
    for (const part of [id, order]) expect(saved).toContain(part);
    const status = ["casewhendecisions\\.last_actionisnullthen'new'when", "='released'thenif\\("];
    status.push("failures>0,'failed','new'\\)else", 'last_actionend');
    expect(saved).toMatch(new RegExp(status.join('.*')));
  });
});

describe('the name of a saved query', () => {
  const files = new Map([
    ['letters', '/core/letters.sql'],
    ['nem/letters', '/nem/letters.sql'],
    ['nem/prices', '/nem/prices.sql'],
    ['nem/newest', '/nem/newest.sql'],
    ['toy/newest', '/toy/newest.sql'],
  ]);

  it.each([
    ['nem/prices', '/nem/prices.sql'],
    ['prices', '/nem/prices.sql'],
    ['letters', '/core/letters.sql'],
    ['nem/letters', '/nem/letters.sql'],
    ['toy/newest', '/toy/newest.sql'],
  ])('%s is the query %s', (name, file) => {
    expect(savedQueryFile(name, files)).toBe(file);
  });

  it('that two pipelines have must say which', () => {
    const look = () => savedQueryFile('newest', files);
    expect(look).toThrow(AmbiguousQueryError);
    expect(look).toThrow('query: expected one of @nem/newest, @toy/newest, found @newest');
  });

  it('may be of a pipeline in a folder of its own', () => {
    const pipelineFolders = [path.join(repositoryRoot(), 'test', 'pipelines')];
    const enabled = enabledOf({ pipelines: ['nem', 'toy'], pipelineFolders });
    const found = savedQueryFiles([...enabled.keys()], (name) => enabled.get(name)!.filesFolder);
    expect(savedQueryFile('toy/latest_temperatures', found)).toBe(
      path.join(pipelineFolders[0]!, 'toy', 'queries', 'latest_temperatures.sql'),
    );
    expect(savedQueryFile('latest_temperatures', found)).toBe(
      savedQueryFile('toy/latest_temperatures', found),
    );
    expect([...found.keys()]).toEqual(expect.arrayContaining(['dead_letters_by_reason', 'nem/top_units']));
  });
});

describe('the rows of a saved query', () => {
  it.each([...savedQueryFiles()])('@%s are all there, or their most is said', async (_, file) => {
    const [head, body] = divided(await fs.readFile(file, 'utf8'));
    // A limit inside parentheses picks what is asked about; one at the end cuts the answer.
    const most = /\blimit (\d+)\s*$/.exec(body)?.[1];
    expect(most === undefined || head.includes(` ${most} `)).toBe(true);
  });
});

function divided(text: string): [head: string, body: string] {
  const lines = text.trim().replace(/;$/, '').split('\n');
  const isHead = (line: string): boolean => line.startsWith('--');
  return [lines.filter(isHead).join('\n'), lines.filter((line) => !isHead(line)).join('\n')];
}
