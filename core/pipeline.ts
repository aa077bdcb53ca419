import { PipelineCannotError } from './errors';
import { opsTable } from './opsTables';

/**
 * What differs between pipelines, as pure data: it may come from a module or from JSON, and workflows import
 * it. Code that reads a source or publishes notifications is beside it (`PipelineCode` in `source.ts`).
 */
export interface PipelineDefinition {
  name: string;
  intake: FilesIntake | TopicsIntake;
  feeds: readonly FeedDefinition[];
  /** Tables with rows of the feeds, beside bronze: silver, then gold. */
  tables: readonly TableDefinition[];
  /** The clock of columns without a zone, and where its day begins. */
  time: PipelineClock;
  /** Columns that identify a row's subject, most specific first. */
  keys: readonly string[];
  reference: readonly ReferenceTable[];
  /** For each report the table that shows its intervals, for completeness. */
  completeness: readonly CompletenessRule[];
  /**
   * Expectation types after which a batch is taken once more with newer records of Kafka, if nothing else
   * failed.
   */
  retakeWhenOnly: readonly string[];
  /** Topics that the pipeline's own code publishes to after a merge. */
  notifications: readonly string[];
  gold: GoldDefinition;
  /** Services of the stack that are not started where no enabled pipeline needs them. */
  withoutServices?: readonly ('trino' | 'spark')[];
  /** Its messages name schemas of a registry: the stack starts one, and `up` registers the contracts. */
  needsRegistry?: boolean;
  /** Enabled only where CURRENTS_PIPELINES names it. */
  onlyWhenNamed?: boolean;
}

/** Files that a source publishes for each interval of a grid. */
export interface FilesIntake {
  kind: 'files';
  every_ms: number;
  /** Length of one interval. */
  step_ms: number;
  /** Late and republished files up to this long before an interval are taken with it. */
  lookBack_ms: number;
  /** Scheduled intervals up to this old are still ingested after an outage; older ones need a backfill. */
  catchUp_ms: number;
}

/** Topics written by other producers; runs refine what Kafka holds. */
export interface TopicsIntake {
  kind: 'topics';
  refineEvery_ms: number;
}

/**
 * A data topic and its bronze table. `identity` says when two records are one: by file, checksum and line, by
 * Kafka's coordinates, or by columns.
 */
export interface FeedDefinition {
  topic: string;
  bronze: string;
  identity: 'fileLine' | 'offset' | readonly string[];
  /** Partitions of its topics (default 3). */
  partitions?: number;
  time?: TimeColumn;
  partition?: string;
  /** Whether its rows count in what a run reports as touched (default true). */
  isTouching?: boolean;
}

export interface TableDefinition {
  /** `schema.table`. */
  name: string;
  /** Topics it is made from (default: all). */
  madeFrom?: readonly string[];
  time?: TimeColumn;
  /** Date column that the table is partitioned by: the day of its time on the pipeline's clock. */
  partition?: string;
}

export interface GoldDefinition {
  /** dbt node selection of the gold models; empty: the pipeline has no gold. */
  dbtSelect: readonly string[];
  /**
   * Models that read these reference tables and nothing else, whatever a run has touched: they are built when
   * one of the tables has changed.
   */
  ofReference?: readonly { model: string; table: string; madeFrom: readonly string[] }[];
}

export interface TimeColumn {
  column: string;
  /** `intervalEnd`: the end of an interval, which belongs to the time before it; `event`: an instant. */
  kind: 'intervalEnd' | 'event';
  /** `pipeline`: without a zone, in the pipeline's clock; `utc`: an instant. */
  clock: 'pipeline' | 'utc';
}

export interface PipelineClock {
  /** Ahead of UTC, all year. */
  utcOffset_ms: number;
  /** Where a day begins after midnight; an interval that ends there belongs to the day before. */
  dayStart_ms: number;
}

/** Time and partition of one table, and their clock. */
export interface TableTime {
  time: TimeColumn;
  partition?: string;
  clock: PipelineClock;
  /** Its rows come from feeds that touch nothing: they may lie on any day, whatever the run touched. */
  touchesNothing?: true;
}

export interface ReferenceTable {
  /** Its name for operators: `--table <name>=<file>`. */
  name: string;
  /** `schema.table`. */
  table: string;
  key: string;
}

export interface CompletenessRule {
  report: string;
  /** Table with a time column of kind `intervalEnd`. */
  table: string;
  step_ms: number;
}

/** A definition with its derived values. */
export interface Pipeline extends PipelineDefinition {
  /** Data topics; each has a dead-letter topic beside it. */
  topics: readonly string[];
  /** The bronze table that keeps the records of each data topic. */
  bronze: Readonly<Record<string, string>>;
  /** Tables a run may change, as `schema.table`; the merge rejects any other change. */
  outputs: readonly string[];
}

/** The ops tables that a merge may change. */
const RUN_TABLES = ['dead_letters', 'ingest_ledger', 'refine_counts', 'gate_results'] as const;

export function pipelineOf(definition: PipelineDefinition): Pipeline {
  const { feeds, tables, reference } = definition;
  return {
    ...definition,
    topics: feeds.map(({ topic }) => topic),
    bronze: Object.fromEntries(feeds.map(({ topic, bronze }) => [topic, bronze])),
    outputs: [
      ...feeds.map(({ bronze }) => bronze),
      ...tables.map(({ name }) => name),
      ...reference.map(({ table }) => table),
      ...RUN_TABLES.map((name) => opsTable(definition.name, name)),
    ],
  };
}

const DEAD_LETTERS = '.dlq';

export function deadLetterTopic(topic: string): string {
  return `${topic}${DEAD_LETTERS}`;
}

export function isDeadLetterTopic(topic: string): boolean {
  return topic.endsWith(DEAD_LETTERS);
}

/** The data topic of a dead-letter topic; a data topic is its own. */
export function dataTopic(topic: string): string {
  return isDeadLetterTopic(topic) ? topic.slice(0, -DEAD_LETTERS.length) : topic;
}

/** SQL for the data topic of a column that holds a topic of either kind. */
export function dataTopicSql(column: string): string {
  return `replace(${column}, '${DEAD_LETTERS}', '')`;
}

/** Data and dead-letter topics, in the order the ledger lists them. */
export function inputTopics(pipeline: Pick<Pipeline, 'topics'>): string[] {
  return pipeline.topics.flatMap((topic) => [topic, deadLetterTopic(topic)]);
}

export const DEFAULT_PARTITIONS = 3;

/** Partitions of a topic of the pipeline, of either kind. */
export function partitionsOf({ feeds }: PipelineDefinition, topic: string): number {
  return feeds.find((feed) => feed.topic === dataTopic(topic))?.partitions ?? DEFAULT_PARTITIONS;
}

/** Bronze tables behind a table: itself, or those a silver table is made from; all for any other table. */
export function bronzeBehind(pipeline: Pipeline, table: string): string[] {
  const all = Object.values(pipeline.bronze);
  if (all.includes(table)) return [table];
  const madeFrom = pipeline.tables.find(({ name }) => name === table)?.madeFrom;
  return madeFrom?.map((topic) => pipeline.bronze[topic]!) ?? all;
}

/** Time and partition of any table of the pipeline; undefined for tables that it does not declare. */
export function tableOf(
  { feeds, tables }: Pick<PipelineDefinition, 'feeds' | 'tables'>,
  name: string,
): Pick<TableDefinition, 'time' | 'partition'> | undefined {
  return tables.find((table) => table.name === name) ?? feeds.find(({ bronze }) => bronze === name);
}

/** The declared time of a table, with its clock. */
export function timeOfTable(
  pipeline: Pick<PipelineDefinition, 'feeds' | 'tables' | 'time'>,
  name: string,
): TableTime | undefined {
  const { time, partition } = tableOf(pipeline, name) ?? {};
  const touchesNothing = hasUntouchedRows(pipeline, name) ? { touchesNothing: true as const } : {};
  return time && { time, partition, clock: pipeline.time, ...touchesNothing };
}

/** Whether a table takes rows of a feed that touches nothing: its bronze table, or one made from it. */
function hasUntouchedRows(
  { feeds, tables }: Pick<PipelineDefinition, 'feeds' | 'tables'>,
  name: string,
): boolean {
  const madeFrom = tables.find((table) => table.name === name)?.madeFrom ?? [];
  return feeds.some(
    ({ topic, bronze, isTouching }) => isTouching === false && (bronze === name || madeFrom.includes(topic)),
  );
}

/** @throws PipelineCannotError for a pipeline that takes no files */
export function filesIntake({ name, intake }: PipelineDefinition, wish: string): FilesIntake {
  if (intake.kind !== 'files') throw new PipelineCannotError(name, wish);
  return intake;
}
