import { opsTable, type OpsTable } from '../opsTables';
import { dataTopicSql } from '../pipeline';
import { quoteName, quoteText } from '../sqlText';
import type { Fact, Target } from './check';

/**
 * What a run wrote about itself beside its rows. Every suite of the run needs the same facts, so one
 * statement answers all of them.
 */

export const ownTable = ({ catalog, pipeline }: Target, name: OpsTable): string =>
  `${quoteName(catalog)}.${opsTable(pipeline, name)}`;

/** Predicate of the run's own rows in a table of the pipeline's ops namespace. */
export const ofRun = (target: Target): string =>
  `pipeline = ${quoteText(target.pipeline)} AND run_id = ${quoteText(target.runId)}`;

/**
 * Gives three values: rows in, rows accounted for, rows appended to bronze; zeros for a table without records
 * in this run.
 */
export function refineCounts(target: Target, tableName: string): Fact {
  return {
    sql:
      'SELECT table_name, coalesce(sum(rows_in), 0), ' +
      'coalesce(sum(redelivered + inserted + duplicates + superseded + dead_letters), 0), ' +
      'coalesce(sum(bronze_rows), 0) ' +
      `FROM ${ownTable(target, 'refine_counts')} WHERE ${ofRun(target)} GROUP BY table_name`,
    pick: (rows) => rows.find(([name]) => name === tableName)?.slice(1) ?? [0, 0, 0],
  };
}

/** Topic of a dead letter's record. */
export const TOPIC_OF_DEAD_LETTER = dataTopicSql('coalesce(original_topic, topic)');

/** Gives one value: the run's dead letters from a topic whose reason matches. */
export function rejectedRecords(target: Target, topic: string, reasonRegex: string): Fact {
  return {
    sql:
      `SELECT ${TOPIC_OF_DEAD_LETTER}, count(*) FROM ${ownTable(target, 'dead_letters')} ` +
      `WHERE ${ofRun(target)} AND regexp_like(reason, ${quoteText(reasonRegex)}) GROUP BY 1`,
    pick: (rows) => [rows.find(([name]) => name === topic)?.[1] ?? 0],
  };
}
