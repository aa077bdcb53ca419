import { LakeReader, newestSql } from '../../../clients/lake/lakeReader';
import type { PipelineDefinition, TimeColumn } from '../../../core/pipeline';
import type { TrinoClient } from '../../../trino/client';

describe('the newest time of a table', () => {
  const clock = { utcOffset_ms: 10 * 3_600_000, dayStart_ms: 0 };

  it('is an instant where the column is one', () => {
    expect(newestSql({ column: 'event_at', kind: 'event', clock: 'utc' }, clock)).toBe(
      `to_iso8601(at_timezone(max("event_at"), 'UTC'))`,
    );
  });

  it.each([
    [10, '+10:00'],
    [-3.5, '-03:30'],
  ])('is taken from the clock of a pipeline %s hours from UTC', (hours, offset) => {
    const sql = newestSql(
      { column: 'trading_interval', kind: 'intervalEnd', clock: 'pipeline' },
      { ...clock, utcOffset_ms: hours * 3_600_000 },
    );
    expect(sql).toContain(`with_timezone(max("trading_interval"), '${offset}')`);
  });
});

/** A pipeline of half-hour intervals with its day at 04:00, whose column is named by its definition alone. */
function pipelineWith(time: TimeColumn, utcOffset_ms: number): PipelineDefinition {
  return {
    name: 'tides',
    intake: { kind: 'topics', refineEvery_ms: 60_000 },
    feeds: [],
    tables: [{ name: 'tides.levels', time }],
    time: { utcOffset_ms, dayStart_ms: 4 * 3_600_000 },
    keys: [],
    reference: [],
    completeness: [{ report: 'LEVELS', table: 'tides.levels', step_ms: 1_800_000 }],
    retakeWhenOnly: [],
    notifications: [],
    gold: { dbtSelect: [] },
  };
}

function readerThatKeeps(asked: string[]): LakeReader {
  const runQuery = async (sql: string) => {
    asked.push(sql.replace(/\s+/g, ' '));
    return { rows: sql.includes('information_schema') ? [['tides', 'levels']] : [] };
  };
  return new LakeReader({ runQuery } as unknown as TrinoClient);
}

describe('intervals of a table', () => {
  const onClock: TimeColumn = { column: 'measured', kind: 'intervalEnd', clock: 'pipeline' };
  const inUtc: TimeColumn = { column: 'measured_at', kind: 'intervalEnd', clock: 'utc' };
  const [from, to] = ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'];

  it.each<[string, TimeColumn, number, string, string]>([
    [
      "the pipeline's clock",
      onClock,
      2,
      `date("measured" - interval '1800' second)`,
      `"measured" > TIMESTAMP '2026-11-20 02:00:00' and "measured" <= TIMESTAMP '2026-11-21 02:00:00'`,
    ],
    [
      'UTC, ahead of it',
      inUtc,
      2,
      `date(cast(at_timezone("measured_at", 'UTC') as timestamp) + interval '7200' second - interval '1800' second)`,
      `"measured_at" > TIMESTAMP '2026-11-20 00:00:00 UTC'`,
    ],
    [
      'UTC, behind it',
      inUtc,
      -3,
      `as timestamp) - interval '10800' second - interval '1800' second)`,
      `count(distinct "measured_at")`,
    ],
  ])('are counted by the declared column, on %s', async (_, time, hours, ...parts) => {
    const asked: string[] = [];
    const pipeline = pipelineWith(time, hours * 3_600_000);
    await readerThatKeeps(asked).intervalsByDay('lake', pipeline, pipeline.completeness[0]!, { from, to });
    for (const part of parts) expect(asked[1]).toContain(part);
  });

  it('begin with the first of the declared column', async () => {
    const asked: string[] = [];
    await readerThatKeeps(asked).firstInterval('lake', pipelineWith(onClock, 7_200_000), Date.parse(from));
    expect(asked[1]).toContain(
      `with_timezone(min("measured"), '+02:00') - interval '1800' second as started from tides.levels ` +
        `where "measured" > TIMESTAMP '2026-11-20 02:00:00'`,
    );
  });
});
