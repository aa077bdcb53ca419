import { z } from 'zod';
import { TOPIC_NAME, TOPIC_NAME_WANTED } from '../topicName';
import { duration_ms } from './duration';

/** ODCS's list of `{property, value}`; as an object it can be checked like any other part. */
const listed = z
  .array(z.looseObject({ property: z.string(), value: z.unknown() }))
  .default([])
  .transform((entries, context) => {
    const names = entries.map(({ property }) => property);
    for (const name of names.filter((each, index) => names.indexOf(each) !== index))
      context.addIssue({ code: 'custom', message: `expected each property once, found ${name} twice` });
    return Object.fromEntries(entries.map(({ property, value }) => [property, value]));
  });

const column = z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected a column of the lake in lower case');
const table = z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case');

/** A duration, or null for `none`. */
const tolerance_ms = z.string().transform((text, context) => {
  const found_ms = text === 'none' ? null : duration_ms(text);
  if (found_ms !== undefined) return found_ms;
  context.addIssue({ code: 'custom', message: `expected a duration such as PT1H, or none, found ${text}` });
  return z.NEVER;
});

/** What ODCS has no word for, of a whole stream. */
export const streamProperties = listed.pipe(
  z.strictObject({
    topic: z.string().regex(TOPIC_NAME, TOPIC_NAME_WANTED),
    sourceTables: z.array(z.string()).default([]),
    timeColumn: column,
    timeMeans: z.enum(['intervalEnd', 'event']),
    partitionColumn: column,
    periodMinutes: z.number().int().positive().default(60),
    identity: z.union([z.enum(['fileLine', 'offset']), z.array(column).min(1)]),
    messageKey: column.optional(),
    versionOrder: z.array(column).min(1),
    futureTolerance: tolerance_ms,
    pastTolerance: tolerance_ms.prefault('none'),
    carriedColumns: z.array(z.string()).default([]),
    countedAs: table.optional(),
    isTouching: z.boolean().default(true),
  }),
);

/** The same of a column of a silver table. */
export const unitProperties = listed.pipe(
  z.strictObject({ unit: z.string().min(1).nullable().default(null) }),
);

/** What ODCS has no word for, of one column. */
export const columnProperties = listed.pipe(
  z.strictObject({
    sourceColumn: z.string().min(1),
    unit: z.string().min(1).nullable().default(null),
    mayBeAbsent: z.boolean().default(false),
  }),
);
