import { quoteDotted, quoteText } from '../sqlText';
import type { TableTime } from '../pipeline';
import { joinedRanges, touchedSql, type TimeRange } from '../touched';
import { countOf, SAMPLE_ROWS, type Check, type Compile, type Target } from './check';
import type { Kwargs } from './kwargs';
import { columnOf } from './literals';
import { ofRun, ownTable, refineCounts, rejectedRecords, TOPIC_OF_DEAD_LETTER } from './runFacts';
import { ExpectationNotApplicableError } from './errors';
import { ownRowsPredicate, savedSql, touchedRowsOf } from './savedSql';
import { runPredicate } from './scope';

/**
 * Our own expectations, which the standard ones cannot express: sums that must agree, and rows that must
 * exist.
 */

/** A query that returns the offending rows; none is right. */
export function noRows(target: Target, type: string, name: string, sql: string): Check {
  const query = savedSql(target, type, name, sql);
  const own = touchedRowsOf(target) === `(${target.where})` ? ownRowsPredicate(sql) : null;
  return {
    ...(own === null
      ? { query: `SELECT count(*) FROM (${query})` }
      : { aggregates: [`count_if(${savedSql(target, type, name, own)})`] }),
    judge: ([count]) => ({
      success: countOf(count) === 0,
      element_count: 0,
      unexpected_count: countOf(count),
    }),
    samples: `SELECT * FROM (${query}) LIMIT ${SAMPLE_ROWS}`,
    offending: query,
  };
}

/** GX's own custom query: `{batch}` stands for the rows in scope. */
export const unexpectedRows: Compile<Kwargs<'unexpectedRows'>> = (target, kwargs) =>
  noRows(
    target,
    'unexpected_rows_expectation',
    'unexpected_rows_query',
    kwargs.unexpected_rows_query.replaceAll(
      '{batch}',
      `(SELECT * FROM ${target.table} WHERE ${target.where})`,
    ),
  );

/**
 * rows in = redelivered + inserted + duplicates + superseded + dead letters, as the run counted them in
 * `refine_counts`, a row for each of its jobs; and, with `bronze_table`, the counted appended rows exist. A
 * run without records for the table has no counts, which is right only if it wrote nothing.
 */
export const reconciliation: Compile<Kwargs<'reconciliation'>> = (target, kwargs) => ({
  facts: [refineCounts(target, kwargs.table_name)],
  ...(kwargs.bronze_table === undefined ? {} : rowsWritten(target, kwargs.bronze_table)),
  judge: ([rowsIn, accounted, appended, found]) => {
    const unaccounted = Math.abs(countOf(rowsIn) - countOf(accounted));
    const lost = found === null || found === undefined ? 0 : Math.abs(countOf(appended) - countOf(found));
    return {
      success: unaccounted + lost === 0,
      element_count: countOf(rowsIn),
      unexpected_count: unaccounted + lost,
      observed_value: {
        rows_in: countOf(rowsIn),
        accounted_for: countOf(accounted),
        appended: countOf(appended),
        found_in_bronze: found ?? null,
      },
    };
  },
  samples:
    `SELECT * FROM ${ownTable(target, 'refine_counts')} WHERE ${ofRun(target)} ` +
    `AND table_name = ${quoteText(kwargs.table_name)} LIMIT ${SAMPLE_ROWS}`,
  evaluatedWhenEmpty: true,
});

/** A suite about the run's own rows of that table counts them in its scan already. */
function rowsWritten(target: Target, bronzeTable: string): Pick<Check, 'aggregates' | 'query'> {
  const where = runPredicate(target, target.timeOf(bronzeTable));
  if (bronzeTable === target.name && where === target.where) return { aggregates: ['count(*)'] };
  return { query: `SELECT count(*) FROM ${quoteDotted(`${target.catalog}.${bronzeTable}`)} WHERE ${where}` };
}

/**
 * Pairs (interval, unit) present over pairs expected: every interval of the window that has any row, times
 * the units expected, which are those present in at least `expected_presence` of the intervals of the window
 * and the `lookback_hours` before it. An interval without any row is a gap of the source (see
 * intervals_complete). Uses grouping sets because Trino would read the table again for each use of a common
 * table expression.
 */
export const completeness: Compile<Kwargs<'completeness'>> = (target, kwargs) => {
  const type = 'currents_expect_completeness';
  const table = timeOf(target, type, kwargs.interval_column);
  const interval = columnOf(target, type, table.time.column);
  const unit = columnOf(target, type, kwargs.unit_column);
  const touched = touchedSql(target.touched, { time: { ...table.time, column: 'at' }, clock: table.clock });
  const before = touchedSql(lookedBack(target.touched, kwargs.lookback_hours), table);
  const pairs =
    `SELECT DISTINCT ${interval} AS i, ${unit} AS u FROM ${target.table} WHERE ${before} ` +
    `AND ${unit} IS NOT NULL`;
  const groups =
    `SELECT i, u, count(*) AS seen, count_if(${touched}) AS present ` +
    `FROM (SELECT i, i AS at, u FROM (${pairs})) GROUP BY GROUPING SETS ((i), (u))`;
  const sets =
    `SELECT count_if(${touched.replaceAll('"at"', 'i')}) AS n, count(i) AS seen_intervals, ` +
    'array_agg(CAST(ROW(u, seen, present) AS ROW(u varchar, seen bigint, present bigint))) ' +
    `FILTER (WHERE u IS NOT NULL) AS units FROM (${groups})`;
  const expected =
    `SELECT n, filter(units, unit -> unit.seen >= ${kwargs.expected_presence} * seen_intervals) ` +
    `AS expected FROM (${sets})`;
  return {
    query:
      'SELECT n * cardinality(expected), ' +
      "reduce(expected, BIGINT '0', (sum, unit) -> sum + unit.present, sum -> sum), " +
      `n FROM (${expected})`,
    width: 3,
    judge: ([expected, present, intervals]) => {
      const missing = countOf(expected) - countOf(present);
      return {
        success: countOf(expected) === 0 || countOf(present) / countOf(expected) >= kwargs.mostly,
        element_count: countOf(expected),
        unexpected_count: missing,
        observed_value: countOf(expected) === 0 ? null : countOf(present) / countOf(expected),
        details: { intervals: countOf(intervals) },
      };
    },
    samples:
      `SELECT unit.u AS ${unit}, n - unit.present AS intervals_missing FROM (${expected}) ` +
      'CROSS JOIN UNNEST(expected) AS unit(u, seen, present) ' +
      `WHERE unit.present < n ORDER BY 2 DESC, 1 LIMIT ${SAMPLE_ROWS}`,
  };
};

/** Every step between the first and the last interval of the window exists; each gap is named. */
export const intervalsComplete: Compile<Kwargs<'intervalsComplete'>> = (target, kwargs) => {
  const type = 'currents_expect_intervals_complete';
  const interval = columnOf(target, type, timeOf(target, type, kwargs.interval_column).time.column);
  const step_minutes = kwargs.step_minutes ?? stepOf(target, type);
  const distinct = `SELECT DISTINCT ${interval} AS i FROM ${target.table} WHERE ${target.where}`;
  const steps = `date_diff('minute', min(${interval}), max(${interval})) / ${step_minutes} + 1`;
  return {
    // A map with a key for each interval: few, however many rows there are.
    aggregates: [`coalesce(${steps}, 0)`, `coalesce(cardinality(histogram(${interval})), 0)`],
    judge: ([expected, present]) => {
      const missing = countOf(expected) - countOf(present);
      return {
        success: countOf(expected) === 0 || countOf(present) / countOf(expected) >= kwargs.mostly,
        element_count: countOf(expected),
        unexpected_count: missing,
        observed_value: countOf(present),
      };
    },
    samples:
      'SELECT previous AS gap_after, i AS gap_before, ' +
      `date_diff('minute', previous, i) / ${step_minutes} - 1 AS intervals_missing ` +
      `FROM (SELECT i, lag(i) OVER (ORDER BY i) AS previous FROM (${distinct})) ` +
      `WHERE date_diff('minute', previous, i) > ${step_minutes} ` +
      `ORDER BY previous LIMIT ${SAMPLE_ROWS}`,
  };
};

/**
 * The share of a topic's rows in this run that was rejected for such a reason. Single bad rows are dead
 * letters; if most rows are rejected alike, a column has changed its type.
 */
export const deadLetterRatio: Compile<Kwargs<'deadLetterRatio'>> = (target, kwargs) => {
  const refused =
    `FROM ${ownTable(target, 'dead_letters')} WHERE ${ofRun(target)} ` +
    `AND ${TOPIC_OF_DEAD_LETTER} = ${quoteText(kwargs.topic)} ` +
    `AND regexp_like(reason, ${quoteText(kwargs.reason_regex)})`;
  return {
    facts: [
      rejectedRecords(target, kwargs.topic, kwargs.reason_regex),
      refineCounts(target, kwargs.table_name),
    ],
    judge: ([bad, rowsIn]) => ({
      success: countOf(rowsIn) < kwargs.min_rows || countOf(bad) / countOf(rowsIn) <= kwargs.max_ratio,
      element_count: countOf(rowsIn),
      unexpected_count: countOf(bad),
    }),
    samples: `SELECT reason, rule, source_file, topic, "partition", "offset" ${refused} LIMIT ${SAMPLE_ROWS}`,
    offending: `SELECT source_sha256, source_file ${refused}`,
    evaluatedWhenEmpty: true,
  };
};

/** The declared time of the table, by another column where the suite names one. */
function timeOf(target: Target, type: string, column: string | undefined): TableTime {
  const table = target.time;
  if (!table)
    throw new ExpectationNotApplicableError(
      target.suite,
      type,
      `expected a time column declared for ${target.name}, found none`,
    );
  return column === undefined ? table : { ...table, time: { ...table.time, column } };
}

function stepOf({ suite, step_ms }: Target, type: string): number {
  if (step_ms === undefined)
    throw new ExpectationNotApplicableError(suite, type, 'expected step_minutes, found none');
  return step_ms / 60_000;
}

/** Each range and the hours before it. */
function lookedBack(touched: readonly TimeRange[], hours: number): TimeRange[] {
  const since = (from: string): string => new Date(Date.parse(from) - hours * 3_600_000).toISOString();
  return joinedRanges(touched.map(({ from, to }) => ({ from: since(from), to })));
}
