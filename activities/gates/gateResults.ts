import { gateResultRows, type GateResultRow } from '../../core/gates/resultRows';
import type { SuiteResult } from '../../core/gates/result';
import { opsTable } from '../../core/opsTables';
import { jsonRows, quoteName } from '../../core/sqlText';
import type { ObjectStore } from '../../clients/s3/objectStore';
import type { TrinoClient } from '../../trino/client';

/** Keeps an audit's result documents in S3, and beside them their rows for `gate_results`. */
export async function keepResults(
  store: ObjectStore,
  prefix: string,
  results: SuiteResult[],
): Promise<{ rowsUri: string; resultUris: string[] }> {
  const resultUris = await Promise.all(
    results.map(async (result) => {
      const key = `${prefix}/${result.suite_name}.json`;
      await store.put(key, JSON.stringify(result, null, 1));
      return store.uri(key);
    }),
  );
  const rows = results.flatMap((result, index) => gateResultRows(result, resultUris[index]!));
  await store.put(`${prefix}/rows.ndjson`, rows.map((row) => JSON.stringify(row)).join('\n'));
  return { rowsUri: store.uri(`${prefix}/rows.ndjson`), resultUris };
}

/** Copies the kept rows of an audit into the pipeline's `gate_results` in a catalog. */
export class GateRows {
  constructor(
    private readonly store: ObjectStore,
    private readonly trino: TrinoClient,
  ) {}

  /**
   * One statement, one commit; not repeatable by itself, so the caller checks whether the branch has moved.
   */
  async insert(catalog: string, pipeline: string, rowsUris: string[]): Promise<void> {
    const documents = await Promise.all(
      rowsUris.map((uri) => this.store.get(uri.replace(`s3://${this.store.bucket}/`, ''))),
    );
    const lines = documents.flatMap((document) => document.toString('utf8').split('\n')).filter(Boolean);
    await insertGateResults(
      this.trino,
      catalog,
      pipeline,
      lines.map((line) => JSON.parse(line) as GateResultRow),
    );
  }
}

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
  const sql =
    `INSERT INTO ${quoteName(catalog)}.${opsTable(pipeline, 'gate_results')} (${names.join(', ')}) ` +
    `SELECT ${cells.join(', ')} FROM ${jsonRows('results', COLUMNS, rows)}`;
  const clientTags = [rows[0]!.run_id, 'gate-results'];
  const result = await trino.runQuery(sql, { catalog, source: 'currents-gates', clientTags, signal });
  return result.updateCount ?? rows.length;
}
