import { newestOf } from '../../../stack/doctor/newestData';

describe('the newest data of a pipeline', () => {
  const now_ms = Date.parse('2026-11-20T03:10:30Z');

  it('is the newest time of any of its tables', () => {
    const tables = ['2026-11-20T02:55:00Z', null, '2026-11-20T03:00:00.000Z'].map((newest) => ({
      newest_interval_end_at: newest,
    }));
    expect(newestOf('tides', tables, now_ms)).toBe('tides: 2026-11-20T03:00:00.000Z, 10 minutes ago');
  });

  it('is none before its first run', () => {
    expect(newestOf('tides', [], now_ms)).toBeNull();
    expect(newestOf('tides', [{ newest_interval_end_at: null }], now_ms)).toBeNull();
  });
});
