import { quoteName, quoteText } from '../sqlText';
import type { Target } from './check';
import { ExpectationNotApplicableError } from './errors';

/** Comments and quoted parts are matched so that a colon inside them is left alone; so is `::`. */
const PART = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::|:([a-z_]+)/g;

/**
 * Fills the parameters of a saved query: `:table` (the suite's table, with catalog), `:catalog`, `:run_id`,
 * `:pipeline`, `:from` and `:to` (first and last trading interval touched, as timestamps). Values are quoted.
 */
export function savedSql(target: Target, type: string, name: string, sql: string): string {
  const values: Record<string, string> = {
    table: target.table,
    catalog: quoteName(target.catalog),
    run_id: quoteText(target.runId),
    pipeline: quoteText(target.pipeline),
    from: timestamp(target.window?.from),
    to: timestamp(target.window?.to),
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
    `${name}: expected :table, :catalog, :run_id, :pipeline, :from or :to, found :${parameter}`,
  );
}

export function timestamp(text: string | undefined): string {
  return text === undefined ? 'CAST(NULL AS timestamp(6))' : `TIMESTAMP ${quoteText(text)}`;
}
