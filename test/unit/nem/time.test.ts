import fc from 'fast-check';
import {
  dispatchInterval,
  fileStampInstant,
  formatNemStamp,
  nemInstant,
  tradingDate,
} from '../../../pipelines/nem/time';

const MINUTE_MS = 60_000;
const instants = fc
  .integer({ min: Date.UTC(1998, 11, 1), max: Date.UTC(2060, 0, 1) })
  .map((ms) => Math.floor(ms / 1000) * 1000);

describe('NEM stamps', () => {
  it('are UTC+10 in summer and winter', () => {
    expect(nemInstant('2025/12/27 00:05:00')).toBe(Date.parse('2025-12-26T14:05:00Z'));
    expect(nemInstant('"2025/07/01 00:05:00"')).toBe(Date.parse('2025-06-30T14:05:00Z'));
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(instants, (instant_ms) => {
        expect(nemInstant(formatNemStamp(instant_ms))).toBe(instant_ms);
        expect(nemInstant(`"${formatNemStamp(instant_ms)}"`)).toBe(instant_ms);
        expect(fileStampInstant(formatNemStamp(instant_ms).replace(/\D/g, ''))).toBe(instant_ms);
      }),
    );
  });

  it.each([
    '',
    '2025/12/27',
    '2025/02/29 00:00:00',
    '2025/13/01 00:00:00',
    '2025/12/27 24:00:00',
    '2025/12/27 00:60:00',
    '2025-12-27 00:05:00',
    '"2025/12/27 00:05:00',
    '2025/12/27 00:05',
    ' 2025/12/27 00:05:00',
    '2025/12/27 00:05:00Z',
    '0000/01/01 00:00:00',
  ])('does not take %j for a time', (text) => {
    expect(nemInstant(text)).toBeUndefined();
  });

  it.each([
    ['20260420', '2026/04/20 00:00:00'],
    ['202604201445', '2026/04/20 14:45:00'],
    ['20260420143005', '2026/04/20 14:30:05'],
  ])('reads the file stamp %s', (text, stamp) => {
    expect(formatNemStamp(fileStampInstant(text)!)).toBe(stamp);
  });

  it.each(['2026042', '20260431', '2026042025', '202604202460'])(
    'does not take %s for a file stamp',
    (text) => {
      expect(fileStampInstant(text)).toBeUndefined();
    },
  );
});

describe('trading day', () => {
  it.each([
    ['2025/12/27 00:05:00', '2025-12-26', '20251226241'],
    ['2025/12/27 04:00:00', '2025-12-26', '20251226288'],
    ['2025/12/27 04:05:00', '2025-12-27', '20251227001'],
    ['2026/01/01 04:00:00', '2025-12-31', '20251231288'],
  ])('of %s is %s, interval %s', (stamp, date, interval) => {
    expect(tradingDate(nemInstant(stamp)!)).toBe(date);
    expect(dispatchInterval(nemInstant(stamp)!)).toBe(interval);
  });

  it('has exactly 288 five-minute intervals, numbered 1 to 288', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (day) => {
        const start_ms = Date.UTC(2000, 0, 1) + day * 86_400_000 - 6 * 3_600_000;
        const ends = Array.from({ length: 288 }, (_, index) => start_ms + (index + 1) * 5 * MINUTE_MS);
        expect(new Set(ends.map(tradingDate)).size).toBe(1);
        expect(ends.map((end) => Number(dispatchInterval(end).slice(8)))).toEqual(
          ends.map((_, index) => index + 1),
        );
        expect(tradingDate(start_ms)).not.toBe(tradingDate(start_ms + 1000));
      }),
      { numRuns: 50 },
    );
  });
});
