import { z } from 'zod';
import { tableName } from '../names';

/** What the object of every contract says: the table, and what one row stands for. */
export const ofObject = { physicalName: tableName, dataGranularityDescription: z.string().min(1) };

/**
 * An ODCS 3.1 contract about one such object. Other fields of the standard are let pass: a test checks the
 * whole against the standard's own schema.
 */
export function documentAbout<SchemaObject extends z.ZodType>(object: SchemaObject) {
  return z.looseObject({
    apiVersion: z.literal('v3.1.0'),
    kind: z.literal('DataContract'),
    id: z.string().min(1),
    name: z.string().min(1),
    version: z.string().regex(/^\d+\.\d+\.\d+$/, 'expected a version such as 1.0.0'),
    description: z.looseObject({ purpose: z.string().min(1) }),
    schema: z.array(object).length(1, 'expected one object: a contract is about one table'),
  });
}
