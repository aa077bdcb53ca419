import type { TrinoClient } from '../trino/client';

/** Questions the orchestration itself asks the lake; analysts' queries are in `trino/queries`. */
export class LakeReader {
  constructor(private readonly trino: TrinoClient) {}

  /** Where the ledger of a catalog ends, as `topic/partition` → exclusive end offset; empty on a lake without a ledger. */
  async ledgerEnds(catalog: string, pipeline: string): Promise<Map<string, number>> {
    if (!(await this.hasTable(catalog, 'ops', 'ingest_ledger'))) return new Map();
    const { rows } = await this.trino.runQuery(
      `select topic, partition, max(end_offset) from ops.ingest_ledger
       where pipeline = '${pipeline}' and kind = 'kafka' group by topic, partition`,
      { catalog },
    );
    return new Map(rows.map(([topic, partition, end]) => [`${String(topic)}/${String(partition)}`, Number(end)]));
  }

  async hasTable(catalog: string, schema: string, table: string): Promise<boolean> {
    const { rows } = await this.trino.runQuery(`show tables from "${catalog}"."${schema}" like '${table.replace(/_/g, '\\_')}' escape '\\'`, { catalog });
    return rows.length > 0;
  }
}
