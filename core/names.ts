import { z } from 'zod';

/** Names of the lake as contracts, definitions and suites write them. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores');
export const tableName = z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case');

/** Names that occur more than once, each of them once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((one, index) => names.indexOf(one) !== index))];
}
