/**
 * What differs between pipelines, as pure data that workflows may import. Code that touches the
 * outside (reading a source's listing, parsing its files) is a `Source`, given to activities by the worker.
 */
export interface PipelineDefinition {
  name: string;
  /** Length of one interval. */
  step_ms: number;
  /** Kafka topics with rows; each has a dead-letter topic `<topic>.dlq` beside it. */
  topics: readonly string[];
  /** Topic that gets one message per region and interval after each merge. */
  outputTopic: string;
  /** Tables a refine run may change, as `schema.table`; the merge refuses any other change. */
  outputs: readonly string[];
  /** The bronze table that keeps the records of each data topic. */
  bronze: Readonly<Record<string, string>>;
  /** Topics from which each silver table is made; a table that is not named is made from all. */
  madeFrom: Readonly<Record<string, readonly string[]>>;
  /** dbt node selection of the gold models. */
  dbtSelect: string[];
  /** For each report the table in which its intervals show, by which completeness is judged. */
  completeness: readonly CompletenessRule[];
  schedule: { everyMs: number; catchupWindowMs: number };
}

export interface CompletenessRule {
  report: string;
  /** Silver table with a `trading_interval` (interval end, source's own clock). */
  table: string;
  step_ms: number;
  /** The source's clock ahead of UTC: days and trading intervals are on it. */
  clockOffset_ms: number;
}

export function deadLetterTopic(topic: string): string {
  return `${topic}.dlq`;
}

/** Data and dead-letter topics, in the order the ledger lists them. */
export function inputTopics(pipeline: PipelineDefinition): string[] {
  return pipeline.topics.flatMap((topic) => [topic, deadLetterTopic(topic)]);
}

/**
 * Bronze tables whose rows end up in a table: itself, or those a silver table is made from; for any other
 * all.
 */
export function bronzeBehind(pipeline: PipelineDefinition, table: string): string[] {
  const all = Object.values(pipeline.bronze);
  if (all.includes(table)) return [table];
  return pipeline.madeFrom[table]?.map((topic) => pipeline.bronze[topic]!) ?? all;
}

export const TOPIC_PARTITIONS = 3;
