import fs from 'node:fs/promises';
import path from 'node:path';
import { LETTER_EVENTS, NO_LETTER_EVENTS } from '../../core/deadLetters/letterEvents';
import { repositoryRoot } from '../../settings/repositoryRoot';
import type { TrinoClient } from '../../trino/client';
import { UnknownQueryError } from './errors';

const FOLDER = path.join(repositoryRoot(), 'trino', 'queries');

/**
 * The SQL of `trino/queries/<name>.sql`, as the catalog `trino` is set to can run it: a table that only the
 * first decision on dead letters makes is taken as empty before.
 *
 * @throws UnknownQueryError
 */
export async function savedQuery(name: string, trino: Pick<TrinoClient, 'runQuery'>): Promise<string> {
  const known = await savedNames();
  if (!known.includes(name)) throw new UnknownQueryError(name, known);
  const sql = (await fs.readFile(path.join(FOLDER, `${name}.sql`), 'utf8')).trim().replace(/;$/, '');
  return sql.includes(LETTER_EVENTS) && !(await isThere(LETTER_EVENTS, trino))
    ? sql.replaceAll(LETTER_EVENTS, NO_LETTER_EVENTS)
    : sql;
}

async function savedNames(): Promise<string[]> {
  return (await fs.readdir(FOLDER))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => path.basename(file, '.sql'))
    .sort();
}

async function isThere(table: string, trino: Pick<TrinoClient, 'runQuery'>): Promise<boolean> {
  const [schema, name] = table.split('.');
  const { rows } = await trino.runQuery(
    `select 1 from information_schema.tables where table_schema = '${schema}' and table_name = '${name}'`,
  );
  return rows.length > 0;
}
