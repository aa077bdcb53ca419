import type { GateResultRow } from '../core/gates/resultRows';
import { quoteName, quoteText } from '../core/sqlText';
import type { TrinoClient } from '../trino/client';

const COLUMNS = [
  'pipeline', 'run_id', 'suite', 'stage', 'table_name', 'expectation', 'column_name', 'severity', 'success', 'evaluated', 'unexpected',
  'unexpected_percent', 'observed', 'detail', 'branch', 'hash', 'result_uri', 'recorded_at',
] as const satisfies readonly (keyof GateResultRow)[];

/**
 * Writes the rows into `<catalog>.ops.gate_results` in one statement, so in one commit. Not repeatable: the caller
 * looks whether the branch moved since. Without rows nothing is written.
 */
export async function insertGateResults(trino: TrinoClient, catalog: string, rows: GateResultRow[], signal?: AbortSignal): Promise<number> {
  if (rows.length === 0) return 0;
  const values = rows.map((row) => `(${COLUMNS.map((column) => literal(column, row[column])).join(', ')})`);
  const sql = `INSERT INTO ${quoteName(catalog)}.ops.gate_results (${COLUMNS.join(', ')}) VALUES ${values.join(',\n')}`;
  const result = await trino.runQuery(sql, { catalog, source: 'currents-gates', signal });
  return result.updateCount ?? rows.length;
}

function literal(column: keyof GateResultRow, value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (column === 'recorded_at') return `from_iso8601_timestamp(${quoteText(String(value))})`;
  if (column === 'unexpected_percent') return `DOUBLE ${quoteText(String(value))}`;
  return typeof value === 'string' ? quoteText(value) : String(value);
}
