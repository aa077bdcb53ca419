import { quoteName, quoteText } from '../sqlText';
import type { Target } from './check';
import { ExpectationNotApplicableError } from './errors';

export type Scalar = string | number | boolean;

/** The quoted column, found in any case. */
export function columnOf(target: Target, type: string, name: string): string {
  const found = [...target.columns.keys()].find((column) => column.toLowerCase() === name.toLowerCase());
  if (found === undefined) {
    throw new ExpectationNotApplicableError(
      target.suite,
      type,
      `expected column ${name} in ${target.name}, found ${[...target.columns.keys()].join(', ')}`,
    );
  }
  return quoteName(found);
}

export function typeOfColumn(target: Target, name: string): string {
  return (
    [...target.columns].find(([column]) => column.toLowerCase() === name.toLowerCase())?.[1] ?? 'unknown'
  );
}

/**
 * A literal to compare with a column: text becomes the column's own type, so dates may be written as text.
 */
export function literalFor(columnType: string, value: Scalar): string {
  if (typeof value === 'number') return numberLiteral(value);
  if (typeof value === 'boolean') return String(value);
  if (/^(varchar|char)/.test(columnType)) return quoteText(value);
  return `CAST(${quoteText(columnType.startsWith('timestamp') ? spaced(value) : value)} AS ${columnType})`;
}

/** Great Expectations saves a time with `T` between date and clock, which Trino does not cast. */
function spaced(stamp: string): string {
  return stamp.replace(/^(\d{4}-\d\d-\d\d)T(?=\d)/, '$1 ');
}

function numberLiteral(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15
    ? String(value)
    : `DOUBLE ${quoteText(String(value))}`;
}
