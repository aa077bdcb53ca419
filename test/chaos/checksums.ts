import type { TrinoClient } from '../../trino/client';

/** Rows and a checksum over them that does not depend on their order. */
export interface Sum {
  rows: number;
  checksum: string;
}

/** `<table>` → `<market day>` (or `all`, for a table without days) → sum. */
export type Sums = Record<string, Record<string, Sum>>;

/** What two runs over the same data may differ in: who wrote a row, when, and from where in Kafka. */
const VOLATILE = new Set([
  'run_id',
  'ingested_at',
  'loaded_at',
  'recorded_at',
  'first_seen_at',
  'offset',
  'partition',
  'original_offset',
  'original_partition',
  'headers',
]);
/** They tell of runs, whose number differs when a run is tried again; the ledger has checks of its own. */
const OF_RUNS = new Set(['nem_ops.gate_results', 'nem_ops.ingest_ledger', 'nem_ops.refine_counts']);
/** First and last interval of a unit depend on which trials were done. */
const OF_ALL_TRIALS: Record<string, string[]> = {
  'nem_gold.dim_unit': ['first_interval', 'last_interval', 'valid_from', 'valid_to'],
};

interface Table {
  name: string;
  columns: { name: string; type: string }[];
}

/**
 * Checksums of every table of the lake, those with days for the days asked for (all of them when none are).
 */
export async function readSums(trino: TrinoClient, days?: readonly string[]): Promise<Sums> {
  const tables = (await readTables(trino)).filter(({ name }) => !OF_RUNS.has(name));
  const { rows } = await trino.runQuery(tables.map((table) => sumSql(table, days)).join('\nunion all\n'));
  const sums: Sums = Object.fromEntries(tables.map(({ name }) => [name, {}]));
  for (const [table, day, count, checksum] of rows)
    sums[String(table)]![String(day)] = { rows: Number(count), checksum: String(checksum) };
  return sums;
}

/** Rows of the silver and gold telemetry by interval: what a reader must see whole or not at all. */
export async function readIntervals(trino: TrinoClient): Promise<Record<string, number>> {
  const { rows } = await trino.runQuery(
    'select cast(trading_interval as varchar), count(*) from nem.silver_dispatch_clean group by 1',
  );
  return Object.fromEntries(rows.map(([interval, count]) => [String(interval), Number(count)]));
}

async function readTables(trino: TrinoClient): Promise<Table[]> {
  const { rows } = await trino.runQuery(
    `select table_schema || '.' || table_name, column_name, data_type from information_schema.columns
     where table_schema in ('nem', 'nem_gold', 'nem_ops') order by 1, ordinal_position`,
  );
  const tables = new Map<string, Table>();
  for (const [table, column, type] of rows) {
    const name = String(table);
    if (!tables.has(name)) tables.set(name, { name, columns: [] });
    tables.get(name)!.columns.push({ name: String(column), type: String(type) });
  }
  return [...tables.values()];
}

function sumSql({ name, columns }: Table, days?: readonly string[]): string {
  const left = new Set(OF_ALL_TRIALS[name] ?? []);
  const compared = columns
    .filter((column) => !VOLATILE.has(column.name) && !left.has(column.name))
    .map(expression);
  const day = dayExpression(columns);
  const where = days && day ? ` where ${day} in (${days.map((each) => `'${each}'`).join(', ')})` : '';
  return (
    `select '${name}', ${day ?? "'all'"}, count(*), to_hex(checksum(row(${compared.join(', ')}))) ` +
    `from ${name}${where} group by 2`
  );
}

/** Sums of doubles differ in their last digits with the order of adding. */
function expression({ name, type }: { name: string; type: string }): string {
  return type === 'double' ? `round("${name}", 6)` : `"${name}"`;
}

/** A dead letter's day stands in its file's name. */
function dayExpression(columns: { name: string }[]): string | undefined {
  const names = new Set(columns.map(({ name }) => name));
  if (names.has('trading_date')) return 'cast(trading_date as varchar)';
  if (!names.has('source_file')) return undefined;
  return "regexp_replace(regexp_extract(source_file, '_(\\d{8})\\d{4}', 1), '(\\d{4})(\\d{2})(\\d{2})', '$1-$2-$3')";
}

/**
 * Lines that name each difference between what is there and what an undisturbed run gave; empty when equal.
 */
export function differences(found: Sums, expected: Sums, days: readonly string[]): string[] {
  const tables = new Set([...Object.keys(found), ...Object.keys(expected)]);
  return [...tables].flatMap((table) =>
    ['all', ...days].flatMap((day) => {
      const [is, should] = [found[table]?.[day], expected[table]?.[day]];
      if (is?.checksum === should?.checksum && is?.rows === should?.rows) return [];
      return [`${table} ${day}: expected ${text(should)}, found ${text(is)}`];
    }),
  );
}

function text(sum: Sum | undefined): string {
  return sum ? `${sum.rows} rows ${sum.checksum}` : 'nothing';
}
