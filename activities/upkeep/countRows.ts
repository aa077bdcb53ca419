import { quoteName } from '../../core/sqlText';
import type { TrinoClient } from '../../trino/client';

export function createCountRows({ trino }: { trino: TrinoClient }) {
  return {
    /** Rows per table as a catalog shows them, from file statistics. */
    async countRows({
      catalog,
      tables,
    }: {
      catalog: string;
      tables: string[];
    }): Promise<Record<string, number>> {
      if (tables.length === 0) return {};
      const selects = tables.map(
        (table) => `select '${table}', count(*) from ${quoteName(catalog)}.${table}`,
      );
      const { rows } = await trino.runQuery(selects.join(' union all '), { catalog });
      return Object.fromEntries(rows.map(([table, count]) => [String(table), Number(count)]));
    },
  };
}
