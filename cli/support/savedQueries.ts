import fs from 'node:fs/promises';
import { NO_DEAD_LETTER_EVENTS } from '../../core/deadLetters/eventColumns';
import { opsTable, type OpsTable } from '../../core/opsTables';
import { pipelineNames } from '../../pipelines/registry';
import type { TrinoClient } from '../../trino/client';
import { savedQueryFile, savedQueryFiles, type SavedQueryFiles } from './savedQueryFiles';

/** How a saved query names an ops table of all pipelines; comments do not. */
const OF_ALL_PIPELINES =
  /(?<=\b(?:from|join)\s+)ops\.(dead_letters|dead_letter_events|ingest_ledger|refine_counts|gate_results)\b/gi;

/**
 * The SQL of a saved query, for the catalog that `trino` is set to: `ops.<table>` stands for the rows of all
 * pipelines. A table that is created by the first decision on dead letters counts as empty
 * before.
 *
 * @throws UnknownQueryError, AmbiguousQueryError
 */
export async function savedQuery(
  name: string,
  trino: Pick<TrinoClient, 'runQuery'>,
  pipelines: readonly string[] = pipelineNames(),
  files: SavedQueryFiles = savedQueryFiles(),
): Promise<string> {
  const sql = (await fs.readFile(savedQueryFile(name, files), 'utf8')).trim().replace(/;$/, '');
  if (sql.search(OF_ALL_PIPELINES) < 0) return sql;
  const present = await presentTables(trino);
  return sql.replace(OF_ALL_PIPELINES, (_, table: OpsTable) => unionOf(table, pipelines, present));
}

/** A table that no pipeline has yet keeps the first pipeline's name, so that Trino names it as missing. */
function unionOf(table: OpsTable, pipelines: readonly string[], present: ReadonlySet<string>): string {
  const names = pipelines.map((pipeline) => opsTable(pipeline, table)).filter((each) => present.has(each));
  if (names.length > 0) return `(${names.map((each) => `select * from ${each}`).join(' union all ')})`;
  return table === 'dead_letter_events' ? NO_DEAD_LETTER_EVENTS : opsTable(pipelines[0]!, table);
}

async function presentTables(trino: Pick<TrinoClient, 'runQuery'>): Promise<Set<string>> {
  const { rows } = await trino.runQuery('select table_schema, table_name from information_schema.tables');
  return new Set(rows.map(([schema, table]) => `${String(schema)}.${String(table)}`));
}
