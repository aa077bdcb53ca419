import { z } from 'zod';
import { TOPIC_NAME, TOPIC_NAME_WANTED } from '../core/topicName';

/** Parts that several places of a definition have. */
export const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores');
export const tableName = z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case');
export const topic = z.string().regex(TOPIC_NAME, TOPIC_NAME_WANTED);

export const time = z.strictObject({
  column: name,
  kind: z.enum(['intervalEnd', 'event']),
  clock: z.enum(['pipeline', 'utc']).default('utc'),
});
