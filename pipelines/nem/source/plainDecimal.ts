const ZERO = 48;
const POINT = 46;
const PLUS = 43;
const MINUS = 45;
/** With so many digits the number and its power of ten are exact, so that the quotient is rounded once. */
const DIGITS = 15;
const POWERS = Array.from({ length: DIGITS + 1 }, (_, digits) => 10 ** digits);

/**
 * The value of sign, digits and fraction, as `Number` gives it: most cells are so, and reading them digit by
 * digit costs a fraction of a regular expression. Undefined for any other text, and for more than 15 digits.
 */
export function plainDecimal(text: string): number | undefined {
  const { length } = text;
  const sign = text.charCodeAt(0);
  let at = sign === MINUS || sign === PLUS ? 1 : 0;
  const first = at;
  let [whole, decimals] = [0, -1];
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= ZERO + 9) {
      whole = whole * 10 + (code - ZERO);
      if (decimals !== -1) decimals += 1;
    } else if (code === POINT && decimals === -1 && at > first) decimals = 0;
    else return undefined;
  }
  if (length === first || length - first > DIGITS) return undefined;
  const value = decimals > 0 ? whole / POWERS[decimals]! : whole;
  return sign === MINUS ? -value : value;
}
