import { quoteText } from '../sqlText';
import { countOf, SAMPLE_ROWS, type Check, type Compile, type Target } from './check';
import type { Kwargs, Limits, RowFilter } from './kwargs';
import { columnOf, literalFor, typeOfColumn } from './literals';
import { rowConditionSql } from './rowCondition';

/** Expectations on each row. All of a suite share one scan; nulls are excluded, except in checks of null. */

interface RowRule {
  type: string;
  /** Rows the rule applies to. */
  domain: string;
  /** True for a row that is as expected; false and null are failures. */
  expected: string;
  shown: string[];
  mostly: number;
}

export function rowCheck(target: Target, filter: RowFilter, rule: RowRule): Check {
  const rows = rowConditionSql(target, rule.type, filter.row_condition, filter.condition_parser);
  const considered = both(rows, rule.domain);
  const unexpected = both(considered, `NOT coalesce(${rule.expected}, false)`);
  return {
    aggregates: [
      counted(rows),
      counted(considered),
      considered === 'true' && isPresence(rule.expected)
        ? `count(*) - ${counted(rule.expected)}`
        : counted(unexpected),
    ],
    judge: ([all, domain, bad]) => judged(countOf(all), countOf(domain), countOf(bad), rule.mostly),
    samples: sampleRows(target, rule.shown, unexpected),
    offending: `SELECT * FROM ${target.table} WHERE ${target.where} AND ${unexpected}`,
  };
}

const PRESENCE = /^("(?:[^"]|"")+") IS NOT NULL$/;

function isPresence(predicate: string): boolean {
  return PRESENCE.test(predicate);
}

/**
 * The plainest aggregate that counts the rows of a predicate. Trino compiles a class for every other
 * aggregate and expression, which costs more than the rows of a five-minute interval.
 */
export function counted(predicate: string): string {
  if (predicate === 'true') return 'count(*)';
  const column = PRESENCE.exec(predicate)?.[1];
  return column === undefined ? `count_if(${predicate})` : `count(${column})`;
}

function both(one: string, other: string): string {
  if (one === 'true') return other;
  return other === 'true' ? one : `(${one}) AND (${other})`;
}

function judged(all: number, domain: number, unexpected: number, mostly: number) {
  return {
    success: domain === 0 || (domain - unexpected) / domain >= mostly,
    element_count: all,
    missing_count: all - domain,
    unexpected_count: unexpected,
  };
}

/** Rows in scope that fulfil a predicate, with key and Kafka coordinates. */
export function sampleRows(target: Target, shown: string[], predicate: string): string {
  const columns = [...new Set([...target.sampleColumns, ...shown])];
  return (
    `SELECT ${columns.join(', ')} FROM ${target.table} WHERE ${target.where} AND ${predicate} ` +
    `LIMIT ${SAMPLE_ROWS}`
  );
}

const onColumn =
  (
    type: string,
    expected: (column: string, columnType: string, kwargs: never) => string,
    domain = (column: string) => `${column} IS NOT NULL`,
  ) =>
  (target: Target, kwargs: { column: string; mostly: number } & RowFilter): Check => {
    const column = columnOf(target, type, kwargs.column);
    return rowCheck(target, kwargs, {
      type,
      domain: domain(column),
      expected: expected(column, typeOfColumn(target, kwargs.column), kwargs as never),
      shown: [column],
      mostly: kwargs.mostly,
    });
  };

const everyRow = (): string => 'true';

export const notNull = onColumn(
  'expect_column_values_to_not_be_null',
  (column) => `${column} IS NOT NULL`,
  everyRow,
) satisfies Compile<Kwargs<'column'>>;
export const isNull = onColumn(
  'expect_column_values_to_be_null',
  (column) => `${column} IS NULL`,
  everyRow,
) satisfies Compile<Kwargs<'column'>>;

export const between = onColumn(
  'expect_column_values_to_be_between',
  (column, type, kwargs: Kwargs<'columnBounded'>) => withinLimits(column, type, kwargs),
) satisfies Compile<Kwargs<'columnBounded'>>;

export const lengthsBetween = onColumn(
  'expect_column_value_lengths_to_be_between',
  (column, _type, kwargs: Kwargs<'columnBounded'>) =>
    withinLimits(`length(CAST(${column} AS varchar))`, 'bigint', kwargs),
) satisfies Compile<Kwargs<'columnBounded'>>;

export const inSet = onColumn(
  'expect_column_values_to_be_in_set',
  (column, type, kwargs: Kwargs<'columnSetOfValues'>) => memberOf(column, type, kwargs.value_set),
) satisfies Compile<Kwargs<'columnSetOfValues'>>;

export const notInSet = onColumn(
  'expect_column_values_to_not_be_in_set',
  (column, type, kwargs: Kwargs<'columnSetOfValues'>) => `NOT (${memberOf(column, type, kwargs.value_set)})`,
) satisfies Compile<Kwargs<'columnSetOfValues'>>;

/** Matches anywhere in the value, as in GX; anchor the pattern to match the whole value. */
export const matchesRegex = onColumn(
  'expect_column_values_to_match_regex',
  (column, _type, kwargs: Kwargs<'columnRegex'>) =>
    `regexp_like(CAST(${column} AS varchar), ${quoteText(kwargs.regex)})`,
) satisfies Compile<Kwargs<'columnRegex'>>;

/** Every distinct value is one of the set; counted in rows. */
export const distinctInSet: Compile<Kwargs<'distinctValues'>> = (target, kwargs) =>
  onColumn('expect_column_distinct_values_to_be_in_set', (column, type) =>
    memberOf(column, type, kwargs.value_set),
  )(target, { ...kwargs, mostly: 1 });

/**
 * Ours: an array or a map has no entries (keys) but those of `except`; null counts as empty. The sample
 * counts rows per entry.
 */
export const emptyCollection: Compile<Kwargs<'collection'>> = (target, kwargs) => {
  const type = 'currents_expect_collection_to_be_empty';
  const column = columnOf(target, type, kwargs.column);
  const all = typeOfColumn(target, kwargs.column).startsWith('map') ? `map_keys(${column})` : column;
  const entries =
    kwargs.except.length === 0
      ? all
      : `filter(${all}, entry -> entry NOT IN (${kwargs.except.map(quoteText).join(', ')}))`;
  const check = rowCheck(target, kwargs, {
    type,
    domain: 'true',
    expected: `coalesce(cardinality(${entries}), 0) = 0`,
    shown: [],
    mostly: kwargs.mostly,
  });
  const samples =
    `SELECT entry AS ${column}, count(*) AS "rows" FROM ${target.table} ` +
    `CROSS JOIN UNNEST(${entries}) AS unnested(entry) ` +
    `WHERE ${target.where} GROUP BY entry ORDER BY 2 DESC, 1 LIMIT ${SAMPLE_ROWS}`;
  return { ...check, samples };
};

export const pairGreater: Compile<Kwargs<'columnPair'>> = (target, kwargs) => {
  const type = 'expect_column_pair_values_a_to_be_greater_than_b';
  const [a, b] = [columnOf(target, type, kwargs.column_A), columnOf(target, type, kwargs.column_B)];
  const domain = {
    both_values_are_missing: `(${a} IS NOT NULL OR ${b} IS NOT NULL)`,
    either_value_is_missing: `(${a} IS NOT NULL AND ${b} IS NOT NULL)`,
    neither: 'true',
  };
  return rowCheck(target, kwargs, {
    type,
    domain: domain[kwargs.ignore_row_if],
    expected: `${a} ${kwargs.or_equal ? '>=' : '>'} ${b}`,
    shown: [a, b],
    mostly: kwargs.mostly,
  });
};

function memberOf(column: string, type: string, values: (string | number | boolean)[]): string {
  return values.length === 0
    ? 'false'
    : `${column} IN (${values.map((value) => literalFor(type, value)).join(', ')})`;
}

export function withinLimits(expression: string, type: string, limits: Limits): string {
  const parts: string[] = [];
  if (limits.min_value != null)
    parts.push(`${expression} ${limits.strict_min ? '>' : '>='} ${literalFor(type, limits.min_value)}`);
  if (limits.max_value != null)
    parts.push(`${expression} ${limits.strict_max ? '<' : '<='} ${literalFor(type, limits.max_value)}`);
  return parts.join(' AND ');
}
