import type { GateResultRow } from '../../core/gates/resultRows';
import { opsTable } from '../../core/opsTables';
import { jsonRows, quoteName } from '../../core/sqlText';
import type { TrinoClient } from '../../trino/client';

const COLUMNS: Record<keyof GateResultRow, string> = {
  pipeline: 'varchar',
  run_id: 'varchar',
  suite: 'varchar',
  stage: 'varchar',
  table_name: 'varchar',
  expectation: 'varchar',
  column_name: 'varchar',
  severity: 'varchar',
  success: 'boolean',
  evaluated: 'bigint',
  unexpected: 'bigint',
  unexpected_percent: 'double',
  observed: 'varchar',
  detail: 'varchar',
  branch: 'varchar',
  hash: 'varchar',
  result_uri: 'varchar',
  recorded_at: 'varchar',
};

/**
 * Writes the rows into the pipeline's `gate_results` in a catalog in one statement, so in one commit. Not
 * repeatable: the caller checks whether the branch has moved. Writes nothing without rows.
 */
export async function insertGateResults(
  trino: TrinoClient,
  catalog: string,
  pipeline: string,
  rows: GateResultRow[],
  signal?: AbortSignal,
): Promise<number> {
  if (rows.length === 0) return 0;
  const names = Object.keys(COLUMNS);
  const cells = names.map((name) => (name === 'recorded_at' ? `from_iso8601_timestamp(${name})` : name));
  const sql = `INSERT INTO ${quoteName(catalog)}.${opsTable(pipeline, 'gate_results')} (${names.join(', ')}) SELECT ${cells.join(', ')} FROM ${jsonRows('results', COLUMNS, rows)}`;
  const result = await trino.runQuery(sql, { catalog, source: 'currents-gates', signal });
  return result.updateCount ?? rows.length;
}
