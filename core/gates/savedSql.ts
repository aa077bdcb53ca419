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
  const values: Record<string, string | undefined> = {
    table: target.table, catalog: quoteName(target.catalog), run_id: quoteText(target.runId), pipeline: quoteText(target.pipeline),
    from: target.window ? timestamp(target.window.from) : undefined, to: target.window ? timestamp(target.window.to) : undefined,
  };
  return sql.trim().replace(/;$/, '').replace(PART, (part, parameter: string | undefined) => {
    if (parameter === undefined) return part.startsWith('--') || part.startsWith('/*') ? ' ' : part;
    const value = values[parameter];
    if (value === undefined) throw unfilled(target, type, name, parameter, parameter in values);
    return value;
  });
}

function unfilled(target: Target, type: string, name: string, parameter: string, known: boolean): Error {
  return new ExpectationNotApplicableError(target.suite, type, known
    ? `${name}: expected a run that touched intervals for :${parameter}, found none`
    : `${name}: expected :table, :catalog, :run_id, :pipeline, :from or :to, found :${parameter}`);
}

export function timestamp(text: string): string {
  return `TIMESTAMP ${quoteText(text)}`;
}
