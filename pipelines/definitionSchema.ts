import { z } from 'zod';
import type { StreamContract } from '../core/contract/contract';
import { name, repeated, tableName } from '../core/names';
import { pipelineOf, type PipelineDefinition } from '../core/pipeline';
import { topicName as topic } from '../core/topicName';
import { feedsOf, time, writtenFeed } from './feeds';

const duration_ms = z.number().int().positive();
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
  feeds: z.array(writtenFeed).default([]),
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
  gold: z
    .strictObject({
      dbtSelect: z.array(z.string()),
      ofReference: z
        .array(z.strictObject({ model: name, table: tableName, madeFrom: z.array(tableName).min(1) }))
        .optional(),
    })
    .default({ dbtSelect: [] }),
  // Without any of the others the worker cannot run.
  withoutServices: z.array(z.enum(['trino', 'spark'])).optional(),
  needsRegistry: z.boolean().optional(),
  onlyWhenNamed: z.boolean().optional(),
});

/** The definition with its defaults and the feeds of its contracts, or every problem found in it. */
export function readDefinition(
  found: unknown,
  folderName: string,
  contracts: readonly StreamContract[],
): { definition: PipelineDefinition } | { problems: string[] } {
  const parsed = schema.safeParse(found);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(
        ({ path, message }) => `${path.join('.') || 'definition'}: ${message}`,
      ),
    };
  const { feeds, problems: ofFeeds } = feedsOf(contracts, parsed.data.feeds);
  const definition = { ...parsed.data, feeds };
  const problems = [
    ...ofFeeds,
    ...contradictions(definition, folderName),
    ...(definition.needsRegistry ? withoutNumbers(contracts) : []),
  ];
  return problems.length > 0 ? { problems } : { definition };
}

/** A registry has the Protobuf form too, whose fields are known by their numbers. */
function withoutNumbers(contracts: readonly StreamContract[]): string[] {
  return contracts
    .filter(({ columns }) => columns.some(({ fieldNumber }) => fieldNumber === null))
    .map(({ topic: name }) => `needsRegistry: expected a fieldNumber of each column of ${name}, found none`);
}

function contradictions(definition: PipelineDefinition, folderName: string): string[] {
  const { feeds, tables, completeness, reference, gold } = definition;
  const topics = new Set(feeds.map((feed) => feed.topic));
  const { outputs } = pipelineOf(definition);
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
    ...(gold.ofReference ?? []).flatMap(({ model, madeFrom }) =>
      madeFrom
        .filter((one) => !reference.some(({ table }) => table === one))
        .map((one) => `gold: ${model} is made from ${one}, which is no reference table`),
    ),
    ...repeated(outputs).map((one) => `tables: ${one} is declared twice`),
    ...repeated(feeds.map((feed) => feed.topic)).map((one) => `feeds: ${one} is declared twice`),
  ];
}
