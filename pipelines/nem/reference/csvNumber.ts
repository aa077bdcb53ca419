import { numberOrNull } from './unitMetadata';

const THOUSANDS = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;
/** Only a decimal comma can make these: `1,5`, `1320,25`, `1.320,5`. */
const DECIMAL_COMMA = /^-?(\d+,(\d{1,2}|\d{4,})|\d{4,},\d+|0\d*,\d+|\d{1,3}(\.\d{3})+,\d+)$/;

/** How a file writes numbers: `either` when a comma in it may be of both kinds. */
export type NumberStyle = 'point' | 'comma' | 'either';

/**
 * Judged over the whole file: one number that only a decimal comma can make tells how the others are meant.
 */
export function numberStyleOf(delimiter: string, cells: Iterable<string>): NumberStyle {
  if (delimiter !== ';') return 'point';
  for (const cell of cells) if (DECIMAL_COMMA.test(cell.trim())) return 'comma';
  return 'either';
}

/**
 * A number as spreadsheets write it: `1,320` and `1,320.5` have commas between thousands. In a file with
 * semicolons a comma may be the decimal one: without a number that decides, `1,320` is rejected as ambiguous.
 */
export function csvNumber(text: string, style: NumberStyle, least: number): number | null | undefined {
  const word = text.trim();
  if (style === 'comma') return numberOrNull(withPoint(word), least);
  const isGrouped = style === 'point' && THOUSANDS.test(word);
  return numberOrNull(isGrouped ? word.replaceAll(',', '') : word, least);
}

/** Points between thousands go, the comma becomes a point; a point elsewhere has no meaning there. */
function withPoint(word: string): string {
  const isGrouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(word);
  const plain = isGrouped ? word.replaceAll('.', '') : word;
  return plain.includes('.') ? `expected a comma: ${word}` : plain.replace(',', '.');
}
