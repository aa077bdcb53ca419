import type { TableTime } from '../pipeline';
import type { TimeRange } from '../touched';
import type { Expectation } from './suite';

/** The table a suite audits, on one branch, narrowed to the rows in scope. */
export interface Target {
  suite: string;
  pipeline: string;
  /** `schema.table`. */
  name: string;
  /** Quoted, with catalog. */
  table: string;
  catalog: string;
  /** Column name to Trino type, in order. */
  columns: Map<string, string>;
  /** Predicate of the rows in scope; `true` for all. */
  where: string;
  /** No row is in scope, which is known without a look. */
  isEmpty?: boolean;
  /** Columns shown in samples of offending rows. */
  sampleColumns: string[];
  runId: string;
  touched: readonly TimeRange[];
  /** Time and partition of the table; undefined where the pipeline declares none. */
  time: TableTime | undefined;
  /** The same of any other table of the pipeline. */
  timeOf(table: string): TableTime | undefined;
  /** Length of the pipeline's intervals; undefined for a stream of events. */
  step_ms: number | undefined;
}

/** Measured values as Trino's JSON carries them. */
export type Values = unknown[];

export interface Judgement {
  success: boolean;
  element_count: number;
  missing_count?: number;
  unexpected_count: number;
  observed_value?: unknown;
  details?: unknown;
}

/** A statement that suites share; each check reads its values from the rows. */
export interface Fact {
  sql: string;
  pick(rows: Values[]): Values;
}

/**
 * One expectation as SQL: aggregates that share the table's one scan, or a statement of its own, and how to
 * judge the answer.
 */
export interface Check {
  /** Runs once in an audit, however many checks name the same statement. */
  facts?: Fact[];
  aggregates?: string[];
  query?: string;
  /** Columns of the one row `query` gives; 1 if not said. */
  width?: number;
  /**
   * Values of `facts`, then those of `aggregates` or the first row of `query`; nothing for expectations about
   * columns only.
   */
  judge(values: Values): Judgement;
  /** At most SAMPLE_ROWS offending rows; run only after a failure. */
  samples?: string;
  /**
   * A SELECT of all offending rows with any columns; none if a failure is not about rows. Their origin
   * (checksum, file, interval) tells which files broke the expectation.
   */
  offending?: string;
  /** Also evaluated for a scope without rows. */
  evaluatedWhenEmpty?: boolean;
}

export const SAMPLE_ROWS = 10;

export type Compile<Kwargs> = (target: Target, kwargs: Kwargs, expectation: Expectation) => Check;

export function countOf(value: unknown): number {
  return Number(value ?? 0);
}
