import { z } from 'zod';
import { name as column, repeated, tableName } from '../names';
import { topicName } from '../topicName';
import { duration_ms } from './duration';

/** ODCS's list of `{property, value}`; as an object it can be checked like any other part. */
const listed = z
  .array(z.looseObject({ property: z.string(), value: z.unknown() }))
  .default([])
  .transform((entries, context) => {
    const names = entries.map(({ property }) => property);
    for (const name of repeated(names))
      context.addIssue({ code: 'custom', message: `expected each property once, found ${name} twice` });
    return Object.fromEntries(entries.map(({ property, value }) => [property, value]));
  });

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
    topic: topicName,
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
    countedAs: tableName.optional(),
    isTouching: z.boolean().default(true),
  }),
);

/** Of Protobuf: 19000 to 19999 are its own. */
const fieldNumber = z
  .number()
  .int()
  .min(1)
  .max(536_870_911)
  .refine((number) => number < 19_000 || number > 19_999, 'expected no number from 19000 to 19999')
  .nullable()
  .default(null);
const unit = z.string().min(1).nullable().default(null);

/** What ODCS has no word for, of one column of a stream. */
export const columnProperties = listed.pipe(
  z.strictObject({
    sourceColumn: z.string().min(1),
    unit,
    mayBeAbsent: z.boolean().default(false),
    fieldNumber,
  }),
);

/** The same of a column of a silver table. */
export const unitProperties = listed.pipe(z.strictObject({ unit }));
