import { countOf, SAMPLE_ROWS, type Check, type Compile, type Target } from './check';
import { counted, withinLimits } from './columnChecks';
import type { Kwargs } from './kwargs';
import { columnOf, typeOfColumn } from './literals';
import { rowConditionSql } from './rowCondition';
import { isSmall } from './size';

/**
 * Expectations on a table as a whole: its columns, its number of rows, one aggregate of a column, its keys.
 */

export const rowCount: Compile<Kwargs<'tableRowCount'>> = (target, kwargs) => {
  const rows = rowConditionSql(
    target,
    'expect_table_row_count_to_be_between',
    kwargs.row_condition,
    kwargs.condition_parser,
  );
  const count = counted(rows);
  return {
    aggregates: [count, withinLimits(count, 'bigint', kwargs)],
    judge: ([count, within]) => ({
      success: within === true,
      element_count: countOf(count),
      unexpected_count: 0,
      observed_value: countOf(count),
    }),
    evaluatedWhenEmpty: true,
  };
};

export const columnsMatchSet: Compile<Kwargs<'columnSet'>> = (target, kwargs) => {
  const found = [...target.columns.keys()];
  const wanted = kwargs.column_set.map((name) => name.toLowerCase());
  const missing = wanted.filter((name) => !found.includes(name));
  const unexpected = kwargs.exact_match === false ? [] : found.filter((name) => !wanted.includes(name));
  return ofColumns(missing.length + unexpected.length === 0, found, { missing, unexpected });
};

export const columnExists: Compile<Kwargs<'columnExists'>> = (target, kwargs) => {
  const found = [...target.columns.keys()];
  const index = found.indexOf(kwargs.column.toLowerCase());
  return ofColumns(index >= 0 && (kwargs.column_index == null || index === kwargs.column_index), found, {
    missing: index < 0 ? [kwargs.column] : [],
  });
};

function ofColumns(success: boolean, found: string[], details: unknown): Check {
  return {
    judge: () => ({
      success,
      element_count: 0,
      unexpected_count: success ? 0 : 1,
      observed_value: found,
      details,
    }),
    evaluatedWhenEmpty: true,
  };
}

const aggregate =
  (type: string, name: 'min' | 'max' | 'avg' | 'sum'): Compile<Kwargs<'columnAggregate'>> =>
  (target, kwargs) => {
    const column = columnOf(target, type, kwargs.column);
    const rows = rowConditionSql(target, type, kwargs.row_condition, kwargs.condition_parser);
    const filter = rows === 'true' ? '' : ` FILTER (WHERE ${rows})`;
    const value = `${name}(${column})${filter}`;
    const columnType = typeOfColumn(target, kwargs.column);
    return {
      aggregates: [
        `count(${column})${filter}`,
        `CAST(${value} AS varchar)`,
        withinLimits(value, name === 'avg' ? 'double' : columnType, kwargs),
      ],
      judge: ([count, observed, within]) => ({
        success: countOf(count) === 0 || within === true,
        element_count: countOf(count),
        unexpected_count: 0,
        observed_value: observed !== null && Number.isFinite(Number(observed)) ? Number(observed) : observed,
      }),
    };
  };

export const columnMin = aggregate('expect_column_min_to_be_between', 'min');
export const columnMax = aggregate('expect_column_max_to_be_between', 'max');
export const columnMean = aggregate('expect_column_mean_to_be_between', 'avg');
export const columnSum = aggregate('expect_column_sum_to_be_between', 'sum');

export const unique: Compile<Kwargs<'column'>> = (target, kwargs) => {
  const type = 'expect_column_values_to_be_unique';
  const column = columnOf(target, type, kwargs.column);
  return uniqueKey(
    target,
    [column],
    `${column} IS NOT NULL`,
    rowConditionSql(target, type, kwargs.row_condition, kwargs.condition_parser),
    kwargs.mostly,
  );
};

export const compoundUnique: Compile<Kwargs<'compoundColumns'>> = (target, kwargs) => {
  const type = 'expect_compound_columns_to_be_unique';
  const columns = kwargs.column_list.map((name) => columnOf(target, type, name));
  const present = columns.map((column) => `${column} IS NOT NULL`);
  const domain = {
    all_values_are_missing: present.join(' OR '),
    any_value_is_missing: present.join(' AND '),
    never: 'true',
  }[kwargs.ignore_row_if];
  return uniqueKey(
    target,
    columns,
    domain,
    rowConditionSql(target, type, kwargs.row_condition, kwargs.condition_parser),
    kwargs.mostly,
  );
};

/** Counts, as GX does, every row of a key that occurs more than once. */
function uniqueKey(target: Target, columns: string[], domain: string, rows: string, mostly: number): Check {
  const key = columns.join(', ');
  const value = columns.length > 1 ? `ROW(${key})` : key;
  const within = `(${rows}) AND (${domain})`;
  const keys =
    `SELECT ${key}, count(*) AS "rows" FROM ${target.table} WHERE ${target.where} AND ${within} ` +
    `GROUP BY ${key}`;
  return {
    ...(isSmall(target) ? countedInScan(value, within) : countedApart(keys)),
    judge: ([all, repeated]) => ({
      success: countOf(all) === 0 || 1 - countOf(repeated) / countOf(all) >= mostly,
      element_count: countOf(all),
      unexpected_count: countOf(repeated),
    }),
    samples: `${keys} HAVING count(*) > 1 ORDER BY "rows" DESC LIMIT ${SAMPLE_ROWS}`,
    offending:
      `SELECT * FROM ${target.table} WHERE ${target.where} AND (${key}) IN (SELECT ${value} FROM ${target.table} ` +
      `WHERE ${target.where} AND ${within} GROUP BY ${key} HAVING count(*) > 1)`,
  };
}

/** All keys of the rows in one map, which saves a read of the table and must fit into memory. */
function countedInScan(value: string, within: string): Pick<Check, 'aggregates'> {
  const counts = `map_values(histogram(${value}) FILTER (WHERE ${within}))`;
  const repeated = `reduce(${counts}, BIGINT '0', (sum, n) -> if(n > 1, sum + n, sum), sum -> sum)`;
  return { aggregates: [`count_if(${within})`, `coalesce(${repeated}, 0)`] };
}

function countedApart(keys: string): Pick<Check, 'query' | 'width'> {
  return {
    query: `SELECT coalesce(sum("rows"), 0), coalesce(sum("rows") FILTER (WHERE "rows" > 1), 0) FROM (${keys})`,
    width: 2,
  };
}
