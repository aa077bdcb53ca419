import type { Attribution } from './quarantine';
import { opsTable } from '../opsTables';
import { quoteDotted, quoteName, quoteText } from '../sqlText';

/** One way to find the files of a run behind offending rows. */
export interface AttributionQuery {
  by: Attribution;
  sql: string;
}

export interface AttributionRequest {
  catalog: string;
  pipeline: string;
  runId: string;
  /** Bronze tables behind the failed table. */
  bronze: string[];
  /** Time column that bronze and the failed table share, if they do. */
  timeColumn: string | undefined;
  /** Columns that identify a row's subject, most specific first; compared after trimming, as in silver. */
  keys: readonly string[];
  /** A SELECT of the offending rows with its columns; null where a failure is not about rows. */
  offending: { sql: string; columns: string[] } | null;
}

/**
 * Queries for (source_sha256, source_file) of the run's own files, from the most exact to the widest; the
 * first that finds a file counts. Files of earlier runs are excluded: they are in the lake. The last query
 * finds every file of the run that feeds the failed table, so that a failure always names a file if the run
 * took rows for it.
 */
export function attributionQueries(
  request: AttributionRequest,
  keysOf: (table: string) => string[],
): AttributionQuery[] {
  const { offending, bronze, timeColumn } = request;
  const queries: AttributionQuery[] = [];
  for (const column of ['source_sha256', 'source_file']) {
    if (offending?.columns.includes(column))
      queries.push({
        by: 'rows',
        sql: filesWith(request, `${column} IN (SELECT ${column} FROM (${offending.sql}))`),
      });
  }
  if (timeColumn !== undefined && offending?.columns.includes(timeColumn))
    queries.push({ by: 'interval', sql: filesOfIntervals(request, timeColumn, offending, keysOf) });
  return [
    ...queries,
    { by: 'table', sql: bronze.map((table) => filesIn(request, table, 'true')).join(' UNION ') },
  ];
}

function filesWith(request: AttributionRequest, predicate: string): string {
  return [...request.bronze, opsTable(request.pipeline, 'dead_letters')]
    .map((table) => filesIn(request, table, predicate))
    .join(' UNION ');
}

function filesIn({ catalog, runId }: AttributionRequest, table: string, predicate: string): string {
  return (
    `SELECT source_sha256, source_file FROM ${quoteDotted(`${catalog}.${table}`)} ` +
    `WHERE run_id = ${quoteText(runId)} AND source_sha256 IS NOT NULL AND ${predicate}`
  );
}

/** By interval and key in the tables that have the key, so that a bad unit does not blame price files. */
function filesOfIntervals(
  request: AttributionRequest,
  timeColumn: string,
  offending: { sql: string; columns: string[] },
  keysOf: (table: string) => string[],
): string {
  const time = quoteName(timeColumn);
  const key = request.keys.find(
    (name) =>
      offending.columns.includes(name) && request.bronze.some((table) => keysOf(table).includes(name)),
  );
  const tables = key ? request.bronze.filter((table) => keysOf(table).includes(key)) : request.bronze;
  const same = key
    ? `(${time}, trim(${quoteName(key)})) IN (SELECT ROW(${time}, ${quoteName(key)}) FROM (${offending.sql}))`
    : `${time} IN (SELECT ${time} FROM (${offending.sql}))`;
  return tables.map((table) => filesIn(request, table, same)).join(' UNION ');
}
