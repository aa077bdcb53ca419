import { z } from 'zod';

/** Parts that several places of a definition have. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores');
export const tableName = z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case');
export const topic = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'expected a name of a Kafka topic');

export const time = z.strictObject({
  column: name,
  kind: z.enum(['intervalEnd', 'event']),
  clock: z.enum(['pipeline', 'utc']).default('utc'),
});
