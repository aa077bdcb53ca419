import type { KafkaRange, TableCounts } from '../../../core/runs';
import type { SparkJobResult } from '../../../clients/spark/sparkJob';

/**
 * Splits a batch into parts of one Spark job each: whole partitions while they fit, then a part of the next.
 * The parts are written in sequence on the same branch and merged as one, so that a split file never shows by
 * half. A batch without Kafka records is one part.
 */
export function batchParts(ranges: readonly KafkaRange[], mostRecords: number): KafkaRange[][] {
  const parts: KafkaRange[][] = [[]];
  let left = mostRecords;
  for (const range of ranges) {
    for (let { start } = range; start < range.end;) {
      if (left === 0) {
        parts.push([]);
        left = mostRecords;
      }
      const end = Math.min(range.end, start + left);
      parts.at(-1)!.push({ ...range, start, end });
      left -= end - start;
      start = end;
    }
  }
  return parts;
}

type Summed = Pick<SparkJobResult, 'counts' | 'steps' | 'touched' | 'intervals' | 'unknown_unit_count'>;

/** The results of the parts' jobs as one: counts and steps summed, the window over all of them. */
export function sumResults(results: readonly SparkJobResult[]): Summed {
  const [first, ...others] = results;
  return others.reduce<Summed>(
    (sum, result) => ({
      counts: sumCounts([...sum.counts, ...result.counts]),
      steps: [...sum.steps, ...result.steps],
      ...touchedByAll(sum, result),
      intervals: {
        min: least(sum.intervals?.min, result.intervals?.min),
        max: greatest(sum.intervals?.max, result.intervals?.max),
      },
      // Parts mostly see the same units; their names are not all in a result.
      unknown_unit_count: Math.max(sum.unknown_unit_count, result.unknown_unit_count),
    }),
    first!,
  );
}

/** Parts of one batch have the same driver, so either all report their ranges or none does. */
function touchedByAll(sum: Summed, result: Summed): Pick<Summed, 'touched'> {
  return sum.touched && result.touched ? { touched: [...sum.touched, ...result.touched] } : {};
}

function sumCounts(counts: readonly TableCounts[]): TableCounts[] {
  const sums = new Map<string, TableCounts>();
  for (const count of counts) {
    const sum = sums.get(count.table_name);
    sums.set(count.table_name, sum ? addCounts(sum, count) : count);
  }
  return [...sums.values()];
}

function addCounts(a: TableCounts, b: TableCounts): TableCounts {
  return {
    table_name: a.table_name,
    rows_in: a.rows_in + b.rows_in,
    bronze_rows: a.bronze_rows + b.bronze_rows,
    redelivered: a.redelivered + b.redelivered,
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    duplicates: a.duplicates + b.duplicates,
    superseded: a.superseded + b.superseded,
    dead_letters: a.dead_letters + b.dead_letters,
    interval_max: greatest(a.interval_max, b.interval_max),
  };
}

/** Intervals are written so that text sorts as time does. */
function least(a: string | null | undefined, b: string | null | undefined): string | null {
  return [a, b].filter((value) => value != null).sort()[0] ?? null;
}

function greatest(a: string | null | undefined, b: string | null | undefined): string | null {
  return (
    [a, b]
      .filter((value) => value != null)
      .sort()
      .at(-1) ?? null
  );
}
