import { deadLettersSql } from '../../core/deadLetters/deadLettersSql';
import { opsTable } from '../../core/opsTables';
import {
  timeOfTable,
  type CompletenessRule,
  type PipelineClock,
  type PipelineDefinition,
  type TimeColumn,
} from '../../core/pipeline';
import { quoteName, quoteText } from '../../core/sqlText';
import { instantSql, type TimeRange } from '../../core/touched';
import type { TrinoClient } from '../../trino/client';

export interface TableFreshness {
  table: string;
  newest_interval_end_at: string | null;
  rows: number;
}

/** Queries of the orchestration itself; analysts' queries are files in `queries/`. */
export class LakeReader {
  constructor(private readonly trino: TrinoClient) {}

  /**
   * Where the ledger of a catalog ends, as `topic/partition` → exclusive end offset; empty on a lake without
   * a ledger.
   */
  async ledgerEnds(catalog: string, pipeline: string): Promise<Map<string, number>> {
    const ledger = opsTable(pipeline, 'ingest_ledger');
    if (!(await this.tables(catalog)).has(ledger)) return new Map();
    const { rows } = await this.trino.runQuery(
      `select topic, partition, max(end_offset) from ${ledger}
       where pipeline = ${quoteText(pipeline)} and kind = 'kafka' group by topic, partition`,
      { catalog },
    );
    return new Map(
      rows.map(([topic, partition, end]) => [`${String(topic)}/${String(partition)}`, Number(end)]),
    );
  }

  /**
   * Newest interval and row count of each table: freshness is the newest published interval, not the last
   * run.
   */
  async freshness(
    catalog: string,
    pipelines: readonly Pick<PipelineDefinition, 'tables' | 'time'>[],
  ): Promise<TableFreshness[]> {
    const present = await this.tables(catalog);
    const timed = pipelines
      .flatMap(({ tables, time: clock }) =>
        tables.flatMap(({ name, time }) => (time ? [{ name, newest: newestSql(time, clock) }] : [])),
      )
      .filter(({ name }) => present.has(name));
    const selects = timed.map(
      ({ name, newest }) => `select ${quoteText(name)}, ${newest}, count(*) from ${name}`,
    );
    if (selects.length === 0) return [];
    const { rows } = await this.trino.runQuery(selects.join(' union all '), { catalog });
    const found = new Map(
      rows.map(([table, newest, count]) => [
        String(table),
        { newest: newest === null ? null : String(newest), count: Number(count) },
      ]),
    );
    return timed.map(({ name }) => ({
      table: name,
      newest_interval_end_at: found.get(name)?.newest ?? null,
      rows: found.get(name)?.count ?? 0,
    }));
  }

  /**
   * Newest interval end each table got from the runs merged into a catalog, on the source's clock as
   * `YYYY-MM-DD HH:MM:SS`, by the name it has in `refine_counts`: one small table instead of a scan of
   * each. Empty before the first run.
   */
  async newestIntervals(catalog: string, pipeline: string): Promise<Map<string, string>> {
    const counts = opsTable(pipeline, 'refine_counts');
    if (!(await this.tables(catalog)).has(counts)) return new Map();
    const { rows } = await this.trino.runQuery(
      `select table_name, cast(cast(max(interval_max) as timestamp(0)) as varchar) from ${counts}
       where pipeline = ${quoteText(pipeline)} and interval_max is not null group by table_name`,
      { catalog },
    );
    return new Map(rows.map(([table, newest]) => [String(table), String(newest)]));
  }

  /** Open dead letters by reason: neither repaired nor discarded. Most first. */
  async openDeadLettersByReason(
    catalog: string,
    pipelines: string[],
  ): Promise<{ reason: string; count: number }[]> {
    const tables = await this.tables(catalog);
    const open = pipelines
      .filter((pipeline) => tables.has(opsTable(pipeline, 'dead_letters')))
      .map((pipeline) => {
        const hasEvents = tables.has(opsTable(pipeline, 'dead_letter_events'));
        const all = deadLettersSql({ pipeline, hasEvents });
        return `select reason from (${all}) where state not in ('repaired', 'discarded')`;
      });
    if (open.length === 0) return [];
    const { rows } = await this.trino.runQuery(
      `select reason, count(*) from (${open.join(' union all ')}) group by reason order by 2 desc, 1`,
      { catalog },
    );
    return rows.map(([reason, count]) => ({ reason: String(reason), count: Number(count) }));
  }

  /** Checksums of the landed files that bulk runs made part of the lake. */
  async mergedLandings(catalog: string, pipeline: string): Promise<Set<string>> {
    const ledger = opsTable(pipeline, 'ingest_ledger');
    if (!(await this.tables(catalog)).has(ledger)) return new Set();
    const { rows } = await this.trino.runQuery(
      `select distinct checksum from ${ledger} where pipeline = ${quoteText(pipeline)} and kind = 'landing'`,
      { catalog },
    );
    return new Set(rows.map(([checksum]) => String(checksum)));
  }

  /**
   * Distinct intervals that a rule's table holds of a range, by day of the source's clock (`YYYY-MM-DD` of
   * the interval's start). Intervals count that END in `(from, to]`.
   */
  async intervalsByDay(
    catalog: string,
    pipeline: PipelineDefinition,
    { table, step_ms }: CompletenessRule,
    { from, to }: TimeRange,
  ): Promise<Map<string, number>> {
    if (!(await this.tables(catalog)).has(table)) return new Map();
    const { time, clock } = timeOfTable(pipeline, table)!;
    const [column, [first, last]] = [
      quoteName(time.column),
      [from, to].map((instant) => instantSql(instant, time, clock)),
    ];
    const { rows } = await this.trino.runQuery(
      `select cast(date(${onClockSql(time, clock)} - ${secondsSql(step_ms)}) as varchar), count(distinct ${column})
       from ${table} where ${column} > ${first} and ${column} <= ${last} group by 1`,
      { catalog },
    );
    return new Map(rows.map(([day, count]) => [String(day), Number(count)]));
  }

  /**
   * Start of the first interval any table of the completeness rules holds, as an instant, or `oldest_ms` if
   * one holds older ones: intervals missing since then are gaps, also at the very beginning. Null when they
   * hold none.
   */
  async firstInterval(
    catalog: string,
    pipeline: PipelineDefinition,
    oldest_ms: number,
  ): Promise<number | null> {
    const present = await this.tables(catalog);
    const oldest = new Date(oldest_ms).toISOString();
    const selects = pipeline.completeness
      .filter(({ table }) => present.has(table))
      .flatMap(({ table, step_ms }) => {
        const { time, clock } = timeOfTable(pipeline, table)!;
        const [column, limit] = [quoteName(time.column), instantSql(oldest, time, clock)];
        return [
          `select ${asInstantSql(`min(${column})`, time, clock)} - ${secondsSql(step_ms)} as started
           from ${table} where ${column} > ${limit}`,
          `select from_iso8601_timestamp(${quoteText(oldest)})
           where exists (select 1 from ${table} where ${column} <= ${limit})`,
        ];
      });
    if (selects.length === 0) return null;
    const { rows } = await this.trino.runQuery(
      `select to_iso8601(min(started)) from (${selects.join(' union all ')})`,
      { catalog },
    );
    return rows[0]?.[0] ? Date.parse(String(rows[0][0])) : null;
  }

  private async tables(catalog: string): Promise<Set<string>> {
    const { rows } = await this.trino.runQuery(
      `select table_schema, table_name from ${quoteName(catalog)}.information_schema.tables
       where table_schema <> 'information_schema'`,
    );
    return new Set(rows.map(([schema, name]) => `${String(schema)}.${String(name)}`));
  }
}

/** The newest time of a table as a UTC instant in ISO 8601. */
export function newestSql(time: TimeColumn, clock: PipelineClock): string {
  return `to_iso8601(at_timezone(${asInstantSql(`max(${quoteName(time.column)})`, time, clock)}, 'UTC'))`;
}

/** A value of a time column as an instant. */
function asInstantSql(value: string, { clock }: TimeColumn, { utcOffset_ms }: PipelineClock): string {
  if (clock === 'utc') return value;
  const minutes = Math.abs(utcOffset_ms) / 60_000;
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `with_timezone(${value}, '${utcOffset_ms < 0 ? '-' : '+'}${parts.join(':')}')`;
}

/** A time column on the pipeline's clock, without a zone. */
function onClockSql({ column, clock }: TimeColumn, { utcOffset_ms }: PipelineClock): string {
  if (clock === 'pipeline') return quoteName(column);
  const utc = `cast(at_timezone(${quoteName(column)}, 'UTC') as timestamp)`;
  return `${utc} ${utcOffset_ms < 0 ? '-' : '+'} ${secondsSql(Math.abs(utcOffset_ms))}`;
}

function secondsSql(duration_ms: number): string {
  return `interval '${duration_ms / 1000}' second`;
}
