import { batchParts, sumResults } from '../../../../activities/spark/support/batchParts';
import type { SparkJobResult } from '../../../../clients/spark/sparkJob';
import type { KafkaRange, TableCounts } from '../../../../core/runs';

const range = (partition: number, start: number, end: number): KafkaRange => ({
  topic: 'nem_dispatch',
  partition,
  start,
  end,
});

describe('the parts of a batch', () => {
  test('are one while it fits, and one without any records', () => {
    expect(batchParts([range(0, 5, 10), range(1, 0, 5)], 10)).toEqual([[range(0, 5, 10), range(1, 0, 5)]]);
    expect(batchParts([], 10)).toEqual([[]]);
  });

  test('hold every record once, in order, and none more than it may', () => {
    const parts = batchParts([range(0, 100, 125), range(1, 0, 3), range(2, 7, 20)], 10);
    expect(parts).toEqual([
      [range(0, 100, 110)],
      [range(0, 110, 120)],
      [range(0, 120, 125), range(1, 0, 3), range(2, 7, 9)],
      [range(2, 9, 19)],
      [range(2, 19, 20)],
    ]);
  });
});

describe('the result of the parts', () => {
  const counts = (table_name: string, rows_in: number, interval_max: string | null): TableCounts => ({
    table_name,
    rows_in,
    bronze_rows: rows_in,
    redelivered: 0,
    inserted: rows_in,
    updated: 0,
    duplicates: 0,
    superseded: 0,
    dead_letters: 0,
    interval_max,
  });
  const result = (more: Partial<SparkJobResult>): SparkJobResult => ({
    job_id: 'j',
    status: 'succeeded',
    error: null,
    counts: [],
    intervals: null,
    trading_dates: [],
    unknown_units: [],
    unknown_unit_count: 0,
    steps: [],
    duration_ms: 1,
    ...more,
  });

  test('is the sum of their counts over the window of all', () => {
    const sum = sumResults([
      result({
        counts: [counts('a', 1, '2026-01-02')],
        intervals: { min: '2026-01-02', max: '2026-01-02' },
        unknown_unit_count: 2,
        steps: [{ name: 's', ms: 1 }],
      }),
      result({
        counts: [counts('a', 2, '2026-01-01'), counts('b', 3, null)],
        intervals: { min: '2026-01-01', max: '2026-01-01' },
        unknown_unit_count: 1,
        steps: [{ name: 's', ms: 2 }],
      }),
      result({}),
    ]);
    expect(sum).toMatchObject({
      counts: [
        { table_name: 'a', rows_in: 3, inserted: 3, interval_max: '2026-01-02' },
        { table_name: 'b', rows_in: 3, interval_max: null },
      ],
      intervals: { min: '2026-01-01', max: '2026-01-02' },
      unknown_unit_count: 2,
      steps: [
        { name: 's', ms: 1 },
        { name: 's', ms: 2 },
      ],
    });
  });
});
