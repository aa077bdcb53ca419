/**
 * Tables in which runs write about themselves. Each pipeline has its own: Nessie reports a conflict as soon
 * as two branches changed one table, even in disjoint rows. Shared tables would make lanes depend on each
 * other.
 */
export const OPS_TABLES = [
  'dead_letters',
  'dead_letter_events',
  'ingest_ledger',
  'refine_counts',
  'gate_results',
] as const;

export type OpsTable = (typeof OPS_TABLES)[number];

/** Namespace that all pipelines shared up to 0.1.0; bootstrap moves its tables. */
export const SHARED_OPS_NAMESPACE = 'ops';

export function opsNamespace(pipeline: string): string {
  return `${pipeline}_ops`;
}

/** `schema.table` of a pipeline's table, as Nessie keys and Trino names have it. */
export function opsTable(pipeline: string, table: OpsTable): string {
  return `${opsNamespace(pipeline)}.${table}`;
}
