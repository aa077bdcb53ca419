import { deadLetterPredicate, type DeadLetterFilter } from '../../../core/deadLetters/filter';
import {
  deadLettersSql,
  rejectedAgainSql,
  rejectedAttemptsSql,
} from '../../../core/deadLetters/deadLettersSql';
import { opsNamespace, opsTable } from '../../../core/opsTables';
import { jsonRows, quoteName, quoteText } from '../../../core/sqlText';
import type { Cell, TrinoClient } from '../../../trino/client';
import { asRecords } from '../../../trino/records';

export type DeadLetterRow = Record<string, Cell>;

/** A line of a file, by which bronze knows a record. */
export interface FileLine {
  sha256: string;
  line: number;
}

/** Queries about dead letters in the catalog that shows the branch; reads only. */
export class DeadLetterReader {
  constructor(
    private readonly trino: TrinoClient,
    private readonly catalog: string,
    private readonly pipeline: string,
  ) {}

  /** Whole dead letters, newest first. `more` is SQL over the columns of `deadLettersSql`. */
  async deadLetters(filter: DeadLetterFilter, limit: number, more = 'true'): Promise<DeadLetterRow[]> {
    const source = await this.source();
    if (!source) return [];
    return this.ask(
      `SELECT * FROM (${source}) WHERE ${deadLetterPredicate(filter)} AND ${more}
       ORDER BY first_seen_at DESC, letter_id LIMIT ${limit}`,
    );
  }

  /** Counts of dead letters grouped by `columns`, such as `reason, state`. */
  async counts(filter: DeadLetterFilter, columns: string): Promise<DeadLetterRow[]> {
    const source = await this.source();
    if (!source) return [];
    return this.ask(
      `SELECT ${columns}, count(*) AS dead_letters FROM (${source}) WHERE ${deadLetterPredicate(filter)}
       GROUP BY ${columns} ORDER BY dead_letters DESC, ${columns}`,
    );
  }

  /** By reason, the count of dead letters and the count that fulfils each predicate. */
  async tally(filter: DeadLetterFilter, predicates: Record<string, string>): Promise<DeadLetterRow[]> {
    const source = await this.source();
    if (!source) return [];
    const measures = Object.entries(predicates).map(
      ([name, predicate]) => `count_if(${predicate}) AS ${name}`,
    );
    return this.ask(
      `SELECT reason, count(*) AS matching, ${measures.join(', ')} FROM (${source})
       WHERE ${deadLetterPredicate(filter)} GROUP BY reason ORDER BY reason`,
    );
  }

  /** Workflows whose claim is the last event of a dead letter. */
  async claimants(): Promise<string[]> {
    const rows = await this.counts({ status: 'claimed' }, 'workflow_id');
    return rows.map(({ workflow_id }) => String(workflow_id));
  }

  /** Of the lines, those whose record a bronze table holds, as `<sha256>/<line>`. */
  async linesPresent(table: string, lines: FileLine[]): Promise<Set<string>> {
    if (lines.length === 0) return new Set();
    const wanted = jsonRows('wanted', { sha256: 'varchar', line: 'integer' }, lines);
    const rows = await this.ask(
      `SELECT DISTINCT source_sha256, source_line FROM ${table}
       JOIN ${wanted} ON source_sha256 = sha256 AND source_line = line`,
    );
    return new Set(
      rows.map(({ source_sha256, source_line }) => `${String(source_sha256)}/${String(source_line)}`),
    );
  }

  /** Lines of a file that are accounted for in the tables: in bronze, or as dead letters of their own. */
  async linesAccounted(tables: string[], sha256: string): Promise<number> {
    const own = `source_sha256 = ${quoteText(sha256)} AND source_line IS NOT NULL`;
    const parts = [...tables, opsTable(this.pipeline, 'dead_letters')].map(
      (table) => `SELECT source_line FROM ${table} WHERE ${own}`,
    );
    const [row] = await this.ask(
      `SELECT count(DISTINCT source_line) AS n FROM (${parts.join(' UNION ALL ')})`,
    );
    return Number(row!['n']);
  }

  /** Why records of these dead letters were rejected again, if the reason has changed. */
  async rejectedAgain(ids: string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.trino.runQuery(rejectedAgainSql(this.pipeline, ids), {
      catalog: this.catalog,
    });
    return new Map(rows.map(([id, reasons]) => [String(id), String(reasons)]));
  }

  /** The last attempt whose record was rejected again, by dead letter. */
  async rejectedAttempts(ids: string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.trino.runQuery(rejectedAttemptsSql(this.pipeline, ids), {
      catalog: this.catalog,
    });
    return new Map(rows.map(([id, attempt]) => [String(id), Number(attempt)]));
  }

  /** Null on a lake that never had a dead letter. */
  private async source(): Promise<string | null> {
    const { rows } = await this.trino.runQuery(
      `SELECT table_name FROM ${quoteName(this.catalog)}.information_schema.tables
       WHERE table_schema = ${quoteText(opsNamespace(this.pipeline))}`,
    );
    const tables = new Set(rows.map(([name]) => String(name)));
    return tables.has('dead_letters')
      ? deadLettersSql({ pipeline: this.pipeline, hasEvents: tables.has('dead_letter_events') })
      : null;
  }

  private async ask(sql: string): Promise<DeadLetterRow[]> {
    return asRecords(
      await this.trino.runQuery(sql, { catalog: this.catalog, source: 'currents-deadletters' }),
    );
  }
}
