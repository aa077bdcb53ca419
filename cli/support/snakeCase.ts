/**
 * Every field of the command line's JSON is snake_case, whatever the workflow that returned the object calls
 * it. Keys that are data (report names, reasons, table names) are not camelCase and stay as they are.
 */
export function snakeCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCased);
  if (value === null || typeof value !== 'object') return value;
  if (hasJsonFormOfItsOwn(value)) return value.toJSON();
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [snakeKey(key), snakeCased(field)]));
}

/** A date, for example, is its text and not an object without fields. */
function hasJsonFormOfItsOwn(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

const CAMEL_CASE = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+(?:_[a-z]+)?$/;

function snakeKey(key: string): string {
  return CAMEL_CASE.test(key) ? key.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`) : key;
}
