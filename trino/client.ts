import { Statement } from './statement';
import { TrinoQueryTimeoutError, TrinoRowCapError } from './errors';
import { quoteText } from '../core/sqlText';
import { runningQueries } from './runningQueries';

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const DEFAULT_MAX_ROWS = 100_000;

export interface TrinoOptions {
  /** Address of the coordinator, such as `http://127.0.0.1:7231`. */
  server: string;
  /** The user; access control depends on it. */
  user: string;
  /** The program, shown in Trino's web UI; queries can be ended by it. */
  source?: string;
  catalog?: string;
  schema?: string;
}

export interface QueryOptions extends Partial<TrinoOptions> {
  clientTags?: string[];
  sessionProperties?: Record<string, string>;
  /** Aborting ends the query on the server and rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Longest run time of the query, default ten minutes. */
  timeout_ms?: number;
  /** Most rows that runQuery gathers; more end the query and fail. Default 100,000. */
  maxRows?: number;
}

export interface Column {
  name: string;
  type: string;
}

/**
 * A value as Trino's JSON carries it: decimals, dates and timestamps are text; a bigint is a number, or
 * text where a number would be rounded; double NaN and Infinity are text; arrays and maps are themselves.
 */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };

export interface Page {
  columns: Column[];
  rows: Cell[][];
}

export interface QueryResult extends Page {
  queryId: string;
  elapsed_ms: number;
  /** Rows written, for statements that write. */
  updateCount?: number;
}

/** Trino over its client protocol. Repeats only a poll that the server asks to repeat. */
export class TrinoClient {
  constructor(private readonly options: TrinoOptions) {}

  /** The same client with other defaults. */
  with(options: Partial<TrinoOptions>): TrinoClient {
    return new TrinoClient({ ...this.options, ...options });
  }

  /**
   * Runs one statement and collects all its rows or none.
   *
   * @throws TrinoRowCapError when there are more than `maxRows`; one class of trino/errors.ts per condition;
   * the signal's reason when it was aborted.
   */
  async runQuery(sql: string, options: QueryOptions = {}): Promise<QueryResult> {
    const started_ms = Date.now();
    const statement = this.statement(options);
    const maxRows = options.maxRows ?? DEFAULT_MAX_ROWS;
    const gathered: Page = { columns: [], rows: [] };
    for await (const page of this.pagesOf(statement, sql, options)) {
      gathered.columns = page.columns;
      for (const row of page.rows) gathered.rows.push(row);
      if (gathered.rows.length > maxRows) throw new TrinoRowCapError(statement.queryId, maxRows);
    }
    return {
      ...gathered,
      queryId: statement.queryId,
      elapsed_ms: Date.now() - started_ms,
      updateCount: statement.updateCount,
    };
  }

  /** Runs one statement and yields its rows as they arrive; leaving the loop early ends the query. */
  pages(sql: string, options: QueryOptions = {}): AsyncGenerator<Page> {
    return this.pagesOf(this.statement(options), sql, options);
  }

  /**
   * Ends every unfinished query of a source or with a client tag, and returns their ids. The user needs the
   * right to do so. A query that ends by itself meanwhile is not an error.
   */
  async killQueries(which: { source?: string; tag?: string }, reason: string): Promise<string[]> {
    const queryIds = await runningQueries({ server: this.options.server, user: this.options.user }, which);
    const kill = (queryId: string) =>
      this.runQuery(`CALL system.runtime.kill_query(${quoteText(queryId)}, ${quoteText(reason)})`);
    const killed = await Promise.allSettled(queryIds.map(kill));
    return queryIds.filter((_, index) => killed[index]?.status === 'fulfilled');
  }

  private statement(options: QueryOptions): Statement {
    const { server, user, source } = { ...this.options, ...defined(options) };
    return new Statement({ server, user, source: source ?? 'currents' });
  }

  private async *pagesOf(statement: Statement, sql: string, options: QueryOptions): AsyncGenerator<Page> {
    const timeout_ms = options.timeout_ms ?? DEFAULT_TIMEOUT_MS;
    const timeout = AbortSignal.timeout(timeout_ms);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    let columns: Column[] = [];
    try {
      for await (const answer of statement.answers(this.query(sql, options), signal)) {
        columns = answer.columns?.map(({ name, type }) => ({ name, type })) ?? columns;
        yield { columns, rows: (answer.data ?? []) as Cell[][] };
      }
    } catch (error) {
      if (timeout.aborted && !options.signal?.aborted && signal.reason === error)
        throw new TrinoQueryTimeoutError(statement.queryId, timeout_ms);
      throw error;
    } finally {
      await statement.cancel();
    }
  }

  private query(sql: string, options: QueryOptions) {
    const { catalog, schema, user } = { ...this.options, ...defined(options) };
    const session = Object.entries(options.sessionProperties ?? {}).map(([name, value]) => [
      name,
      encodeURIComponent(value),
    ]);
    return {
      query: sql,
      catalog,
      schema,
      user,
      session: Object.fromEntries(session) as Record<string, string>,
      // Without PARAMETRIC_DATETIME the server cuts timestamps to milliseconds and hides their precision.
      extraHeaders: {
        'X-Trino-Time-Zone': 'UTC',
        'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
        ...tagHeader(options.clientTags ?? []),
      },
    };
  }
}

/** Tags travel in one comma-separated header without any escape. */
function tagHeader(tags: string[]): Record<string, string> {
  return tags.length === 0
    ? {}
    : { 'X-Trino-Client-Tags': tags.map((tag) => tag.replace(/[,\s]+/g, '_')).join(',') };
}

function defined(options: QueryOptions): Partial<TrinoOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
