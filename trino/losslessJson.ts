/** A string, or a whole JSON number: strings are matched so that digits inside them are left alone. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * As JSON.parse. But an integer that a double can't hold exactly becomes a string instead of a rounded
 * number: a bigint of 16 digits or more, such as an Iceberg snapshot id.
 */
export function parseLosslessJson(text: string): unknown {
  return JSON.parse(/\d{16}/.test(text) ? text.replace(STRING_OR_NUMBER, quoteUnsafe) : text);
}

function quoteUnsafe(token: string): string {
  const isUnsafe = /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
  return isUnsafe ? `"${token}"` : token;
}
