import { z } from 'zod';
import type { PipelineDefinition } from '../core/pipeline';

const duration_ms = z.number().int().positive();
const name = z.string().regex(/^[a-z][a-z0-9_]*$/, 'expected lower-case letters, digits and underscores');
const tableName = z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/, 'expected schema.table in lower case');
const topic = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'expected a name of a Kafka topic');

const time = z.strictObject({
  column: name,
  kind: z.enum(['intervalEnd', 'event']),
  clock: z.enum(['pipeline', 'utc']).default('utc'),
});

/** The schema of a definition; optional parts have defaults. */
const schema = z.strictObject({
  name,
  intake: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('files'),
      every_ms: duration_ms,
      step_ms: duration_ms,
      lookBack_ms: z.number().int().min(0),
      catchUp_ms: duration_ms,
    }),
    z.strictObject({ kind: z.literal('topics'), refineEvery_ms: duration_ms }),
  ]),
  feeds: z
    .array(
      z.strictObject({
        topic,
        bronze: tableName,
        identity: z.union([z.enum(['fileLine', 'offset']), z.array(name).min(1)]),
        partitions: z.number().int().positive().optional(),
        time: time.optional(),
        partition: name.optional(),
      }),
    )
    .min(1),
  tables: z.array(
    z.strictObject({
      name: tableName,
      madeFrom: z.array(topic).optional(),
      time: time.optional(),
      partition: name.optional(),
    }),
  ),
  time: z
    .strictObject({ utcOffset_ms: z.number().int(), dayStart_ms: z.number().int().min(0) })
    .default({ utcOffset_ms: 0, dayStart_ms: 0 }),
  keys: z.array(name).default([]),
  reference: z.array(z.strictObject({ name, table: tableName, key: name })).default([]),
  completeness: z
    .array(z.strictObject({ report: z.string(), table: tableName, step_ms: duration_ms }))
    .default([]),
  retakeWhenOnly: z.array(z.string()).default([]),
  notifications: z.array(topic).default([]),
  gold: z.strictObject({ dbtSelect: z.array(z.string()) }).default({ dbtSelect: [] }),
  // Without any of the others the worker cannot run.
  withoutServices: z.array(z.enum(['trino', 'spark'])).optional(),
});

/** The definition with its defaults, or every problem found in it. */
export function readDefinition(
  found: unknown,
  folderName: string,
): { definition: PipelineDefinition } | { problems: string[] } {
  const parsed = schema.safeParse(found);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'definition'}: ${message}`,
      ),
    };
  const problems = contradictions(parsed.data, folderName);
  return problems.length > 0 ? { problems } : { definition: parsed.data };
}

function contradictions(definition: PipelineDefinition, folderName: string): string[] {
  const { feeds, tables, completeness } = definition;
  const topics = new Set(feeds.map((feed) => feed.topic));
  const names = [...feeds.map(({ bronze }) => bronze), ...tables.map((table) => table.name)];
  return [
    ...(definition.name === folderName ? [] : [`name: expected ${folderName}, the name of its folder`]),
    ...tables.flatMap(({ name: table, madeFrom = [] }) =>
      madeFrom
        .filter((one) => !topics.has(one))
        .map((one) => `tables: ${table} is made from ${one}, which is no feed`),
    ),
    ...completeness
      .filter(({ table }) => tables.find((one) => one.name === table)?.time?.kind !== 'intervalEnd')
      .map(({ table }) => `completeness: ${table} is no table with a time of kind intervalEnd`),
    ...names
      .filter((one, index) => names.indexOf(one) !== index)
      .map((one) => `tables: ${one} is declared twice`),
  ];
}
