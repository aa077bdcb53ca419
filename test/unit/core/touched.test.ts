import path from 'node:path';
import { timeOfTable } from '../../../core/pipeline';
import { joinedRanges, touchedOf, touchedSql } from '../../../core/touched';
import { enabledOf } from '../../../pipelines/registry';
import { repositoryRoot } from '../../../settings/repositoryRoot';

const both = enabledOf({
  pipelines: ['nem', 'toy'],
  pipelineFolders: [path.join(repositoryRoot(), 'test', 'pipelines')],
});
const nem = both.get('nem')!.pipeline;
const toy = both.get('toy')!.pipeline;

describe('touched time', () => {
  it('is taken as told, and from the one window of an older driver where it is not', () => {
    const told = [{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z' }];
    expect(touchedOf({ touched: told, window: null }, nem)).toEqual(told);
    expect(touchedOf({ window: { from: '2026-01-01 10:05:00', to: '2026-01-01 10:10:00' } }, nem)).toEqual([
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:10:00.000Z' },
    ]);
    expect(touchedOf({ window: null }, nem)).toEqual([]);
    expect(touchedOf({}, toy)).toEqual([]);
  });

  it('keeps ranges apart, so that a record three days late costs its own hour only', () => {
    const late = { from: '2026-01-01T03:00:00.000Z', to: '2026-01-01T04:00:00.000Z' };
    const now = { from: '2026-01-04T03:00:00.000Z', to: '2026-01-04T04:00:00.000Z' };
    expect(joinedRanges([now, late])).toEqual([late, now]);
    const sql = touchedSql([late, now], timeOfTable(toy, 'toy.silver_events')!);
    expect(sql).toBe(
      `(("event_date" BETWEEN DATE '2026-01-01' AND DATE '2026-01-01' ` +
        `AND "event_at" >= TIMESTAMP '2026-01-01 03:00:00 UTC' ` +
        `AND "event_at" < TIMESTAMP '2026-01-01 04:00:00 UTC')` +
        ` OR ("event_date" BETWEEN DATE '2026-01-04' AND DATE '2026-01-04' ` +
        `AND "event_at" >= TIMESTAMP '2026-01-04 03:00:00 UTC' ` +
        `AND "event_at" < TIMESTAMP '2026-01-04 04:00:00 UTC'))`,
    );
  });

  it('joins ranges that meet, and the nearest ones where there are too many', () => {
    const hour = (start: number): { from: string; to: string } => ({
      from: new Date(start * 3_600_000).toISOString(),
      to: new Date((start + 1) * 3_600_000).toISOString(),
    });
    expect(joinedRanges([hour(0), hour(1), hour(5)])).toHaveLength(2);
    const [first, second] = joinedRanges([hour(0), hour(10), hour(12), hour(30)], 3).slice(0, 2);
    expect([first, second]).toEqual([hour(0), { from: hour(10).from, to: hour(12).to }]);
  });

  it('names interval ends on the clock of the pipeline, with the days that hold them', () => {
    const table = timeOfTable(nem, 'nem.silver_dispatch_clean')!;
    // 04:00 in NEM time ends the trading day before.
    const [before, after] = [
      { from: '2026-01-01T17:55:00.000Z', to: '2026-01-01T18:00:00.000Z' },
      { from: '2026-01-01T18:00:00.000Z', to: '2026-01-01T18:05:00.000Z' },
    ];
    expect(touchedSql([before], table)).toBe(
      `"trading_date" BETWEEN DATE '2026-01-01' AND DATE '2026-01-01' ` +
        `AND "trading_interval" > TIMESTAMP '2026-01-02 03:55:00' ` +
        `AND "trading_interval" <= TIMESTAMP '2026-01-02 04:00:00'`,
    );
    expect(touchedSql([after], table)).toContain(`DATE '2026-01-02' AND DATE '2026-01-02'`);
    expect(touchedSql([], table)).toBe('false');
  });
});
