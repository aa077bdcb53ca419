import { highestRate, lagVerdict } from '../../../bench/telemetry/bounded';
import { delaysSql } from '../../../bench/telemetry/lagWatch';

const saw = (peaks: number[], width = 10): { at_ms: number; lag: number }[] =>
  peaks.flatMap((peak, tooth) =>
    Array.from({ length: width }, (_, at) => ({
      at_ms: (tooth * width + at) * 1000,
      lag: (peak * at) / (width - 1),
    })),
  );

describe('lag under load', () => {
  it('is bounded when it falls back with every merge', () => {
    expect(lagVerdict(saw([200, 100, 110, 100, 90, 105]))).toEqual({
      middle: 110,
      last: 105,
      isBounded: true,
    });
  });

  it('is not when each peak is higher than the one before, even where it falls in between', () => {
    expect(lagVerdict(saw([10, 20, 40, 80, 160, 320])).isBounded).toBe(false);
  });

  it('is not known from fewer than three looks', () => {
    expect(lagVerdict([]).isBounded).toBe(false);
    expect(lagVerdict([{ at_ms: 0, lag: 0 }]).isBounded).toBe(false);
  });
});

describe('the search for the highest rate', () => {
  it.each([
    [7_000, 5_000, 6_250, [5_000, 10_000, 7_500, 6_250]],
    [45_000, 5_000, 40_000, [5_000, 10_000, 20_000, 40_000, 80_000, 60_000, 50_000]],
    [2_000, 5_000, 1_250, [5_000, 2_500, 1_250]],
    [100, 5_000, 0, [5_000, 2_500, 1_250]],
  ])('finds %i from below, beginning with %i', async (limit, first, best, asked) => {
    const rates: number[] = [];
    const holds = async (rate: number): Promise<boolean> => {
      rates.push(rate);
      return rate <= limit;
    };
    expect(await highestRate(first, holds)).toBe(best);
    expect(rates).toEqual(asked);
  });
});

describe('the delay of records', () => {
  it('is that of the merge that first showed their offsets, without what was there before', () => {
    const sql = delaysSql([
      { at_ms: 1_000, ends: new Map([[0, 10]]) },
      {
        at_ms: 2_000,
        ends: new Map([
          [0, 15],
          [1, 4],
        ]),
      },
      {
        at_ms: 3_000,
        ends: new Map([
          [0, 15],
          [1, 9],
        ]),
      },
    ]);
    expect(sql).toContain('(values (0, 10, 15, 2000e0), (1, 0, 4, 2000e0), (1, 4, 9, 3000e0)) s');
  });

  it('is an error where no run was merged', () => {
    expect(() => delaysSql([{ at_ms: 1, ends: new Map() }])).toThrow('expected a merge during the load');
  });
});
