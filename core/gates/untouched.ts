import { bronzeBehind, type Pipeline } from '../pipeline';
import type { LoadedSuite } from './catalogue';
import type { Suite } from './suite';

/**
 * Judged by the counts of the run alone: a table that the run did not touch has none of its rows, without a
 * look.
 */
const OF_COUNTS = ['currents_expect_reconciliation', 'currents_expect_dead_letter_ratio'];

/** Expectations that notice missing rows. All others are about rows and columns that are there. */
const NOTICE_MISSING = [
  ...OF_COUNTS,
  'currents_expect_completeness',
  'currents_expect_intervals_complete',
  'expect_table_row_count_to_be_between',
];

/**
 * Whether nothing that a suite's results follow from has changed: its table, the bronze behind it, and every
 * table that its queries or kwargs name.
 *
 * @param changed tables as `schema.table`
 */
export function isUntouched(
  pipeline: Pipeline,
  { suite, queries }: LoadedSuite,
  table: string,
  changed: Iterable<string>,
): boolean {
  const behind = [table, ...bronzeBehind(pipeline, table)];
  const kwargs = suite.expectations.map((expectation) => JSON.stringify(expectation.kwargs));
  const texts = [...Object.values(queries), ...kwargs].join('\n').replace(/["\\]/g, '');
  return ![...changed].some((name) => behind.includes(name) || names(texts, name));
}

/** As a whole word: a longer name that begins alike is another table's. */
function names(text: string, table: string): boolean {
  return new RegExp(`\\b${table.replace('.', '\\.')}\\b`).test(text);
}

/** What is judged of an untouched suite. */
export function missingRowsOnly(suite: Suite): Suite {
  return { ...suite, expectations: suite.expectations.filter(({ type }) => NOTICE_MISSING.includes(type)) };
}

/** Whether the run's counts alone answer a suite about the rows that an untouched table has of the run. */
export function isOfCounts({ expectations }: Suite): boolean {
  return expectations.every(({ type }) => OF_COUNTS.includes(type));
}
