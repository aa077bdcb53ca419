import { numberOrNull } from './unitMetadata';

const THOUSANDS = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/;

/**
 * A number as spreadsheets write it: `1,320` and `1,320.5` have commas between thousands. In a file with
 * semicolons a comma may be the decimal one, so there such a number is rejected as ambiguous.
 */
export function csvNumber(text: string, delimiter: string, least: number): number | null | undefined {
  const word = text.trim();
  const isGrouped = delimiter !== ';' && THOUSANDS.test(word);
  return numberOrNull(isGrouped ? word.replaceAll(',', '') : word, least);
}
