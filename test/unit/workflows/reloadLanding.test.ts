/** @jest-environment <rootDir>/test/unit/workflows/inBrisbane.js */
import { daysOf } from '../../../workflows/reloadLanding';

describe('the days of a reload', () => {
  it('are cut to a range without offsets as to one in UTC, wherever the worker is', () => {
    expect(new Date('2026-11-01T00:00:00').getTimezoneOffset()).toBe(-600);
    const days = [
      { start: '2026-11-01T06:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
      { start: '2026-11-02T00:00:00.000Z', end: '2026-11-02T12:30:00.000Z' },
    ];
    expect(daysOf({ from: '2026-11-01T06:00', to: '2026-11-02 12:30' })).toEqual(days);
    expect(daysOf({ from: '2026-11-01T06:00:00Z', to: '2026-11-02T22:30:00+10:00' })).toEqual(days);
  });

  it('are whole where the range is', () => {
    expect(daysOf({ from: '2026-11-01', to: '2026-11-02' })).toEqual([
      { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
    ]);
  });

  it('refuse what is no instant', () => {
    expect(() => daysOf({ from: '1 Nov 2026', to: '2026-11-02' })).toThrow(
      expect.objectContaining({ code: 'INVALID_INTERVAL' }),
    );
  });
});
