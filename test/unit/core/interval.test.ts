import fc from 'fast-check';
import { intervalAt, intervalsBetween, parseInstant } from '../../../core/interval';

const FIVE_MINUTES_MS = 5 * 60_000;

describe('intervals', () => {
  it('cover a range without gap or overlap, whatever the offset the bounds are written in', () => {
    const bySource = intervalsBetween(
      '2025-12-27T00:00:00+10:00',
      '2025-12-27T02:00:00+10:00',
      FIVE_MINUTES_MS,
    );
    expect(bySource).toHaveLength(24);
    expect(bySource[0]).toEqual({ start: '2025-12-26T14:00:00Z', end: '2025-12-26T14:05:00Z' });
    for (let index = 1; index < bySource.length; index += 1)
      expect(bySource[index]!.start).toBe(bySource[index - 1]!.end);
  });

  it('reads a bound without an offset as UTC', () => {
    expect(parseInstant('2026-01-01', 'from')).toBe(Date.UTC(2026, 0, 1));
    expect(parseInstant('2026-01-01 00:05', 'from')).toBe(Date.UTC(2026, 0, 1, 0, 5));
  });

  it('moves bounds outward to the grid', () => {
    expect(intervalsBetween('2026-01-01T00:01:00Z', '2026-01-01T00:06:00Z', FIVE_MINUTES_MS)).toEqual([
      { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:05:00Z' },
      { start: '2026-01-01T00:05:00Z', end: '2026-01-01T00:10:00Z' },
    ]);
  });

  it.each(['yesterday', '2026-13-01', '20260101', '', '2026-01-01T25:00:00Z'])(
    'refuses %p as a bound',
    (bound) => {
      expect(() => intervalsBetween(bound, '2026-01-02', FIVE_MINUTES_MS)).toThrow(
        /expected an ISO 8601 time/,
      );
    },
  );

  it('refuses an empty range', () => {
    expect(() => intervalsBetween('2026-01-02', '2026-01-01', FIVE_MINUTES_MS)).toThrow(/must be after from/);
  });

  it('start where the one before ends, for any grid point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (step) => {
        const start_ms = step * FIVE_MINUTES_MS;
        expect(intervalAt(start_ms, FIVE_MINUTES_MS).end).toBe(
          intervalAt(start_ms + FIVE_MINUTES_MS, FIVE_MINUTES_MS).start,
        );
      }),
    );
  });
});
