import { newestSql } from '../../../clients/lake/lakeReader';

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
