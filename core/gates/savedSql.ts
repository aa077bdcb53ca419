import { quoteName, quoteText } from '../sqlText';
import { hullOf, instantSql, touchedSql } from '../touched';
import type { Target } from './check';
import { ExpectationNotApplicableError } from './errors';

/** Comments and quoted parts are matched so that a colon inside them is left alone; so is `::`. */
const PART = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([a-z_]+)/g;

/**
 * Fills the parameters of a saved query: `:table` (the suite's table, with catalog), `:catalog`, `:run_id`,
 * `:pipeline`, `:touched` (a predicate: the rows of the suite's table that were touched), `:from` and `:to`
 * (first and last time touched, both inclusive). Values are quoted.
 */
export function savedSql(target: Target, type: string, name: string, sql: string): string {
  const values: Record<string, string> = {
    table: target.table,
    catalog: quoteName(target.catalog),
    run_id: quoteText(target.runId),
    pipeline: quoteText(target.pipeline),
    ...boundsOf(target),
  };
  return sql
    .trim()
    .replace(/;$/, '')
    .replace(PART, (part, parameter: string | undefined) => {
      if (parameter === undefined) return part.startsWith('--') || part.startsWith('/*') ? ' ' : part;
      return values[parameter] ?? unknownParameter(target, type, name, parameter);
    });
}

function unknownParameter(target: Target, type: string, name: string, parameter: string): never {
  throw new ExpectationNotApplicableError(
    target.suite,
    type,
    `${name}: expected :table, :catalog, :run_id, :pipeline, :touched, :from or :to, found :${parameter}`,
  );
}

/**
 * A run that touched nothing has no rows in scope, so comparisons with these nulls never run. The first
 * interval ends after the range begins.
 */
function boundsOf(target: Target): Record<'touched' | 'from' | 'to', string> {
  const { time: table, touched, step_ms = 1 } = target;
  const hull = hullOf(touched);
  const none = 'CAST(NULL AS timestamp(6))';
  if (!table || !hull) return { touched: 'false', from: none, to: none };
  const [first_ms, end_ms] =
    table.time.kind === 'intervalEnd'
      ? [Date.parse(hull.from) + step_ms, Date.parse(hull.to)]
      : [Date.parse(hull.from), Date.parse(hull.to) - 1];
  const literal = (instant_ms: number): string =>
    instantSql(new Date(instant_ms).toISOString(), table.time, table.clock);
  return {
    touched: `(${touchedSql(touched, table)})`,
    from: literal(first_ms!),
    to: literal(end_ms!),
  };
}

const OWN_ROWS = /^\s*SELECT\s+[^()]+?\s+FROM\s+:table\s+WHERE\s+:touched\s+AND\s+([\s\S]+?);?\s*$/i;
const MORE_THAN_A_FILTER =
  /\b(SELECT|FROM|JOIN|OR|GROUP|HAVING|ORDER|LIMIT|OFFSET|FETCH|WINDOW|UNION|EXCEPT|INTERSECT)\b/i;

/**
 * The predicate of a saved query of the form `SELECT columns FROM :table WHERE :touched AND predicate`, or
 * null. Such rows can be counted in the suite's own scan of the touched rows, without a read of their own.
 */
export function ownRowsPredicate(sql: string): string | null {
  const plain = sql.replace(PART, (part, parameter: string | undefined) =>
    parameter === undefined && /^(--|\/\*)/.test(part) ? ' ' : part,
  );
  const predicate = OWN_ROWS.exec(plain)?.[1];
  return predicate === undefined || MORE_THAN_A_FILTER.test(predicate) ? null : predicate;
}

/** The predicate by which a saved query has the touched rows. */
export function touchedRowsOf(target: Target): string {
  return boundsOf(target).touched;
}
