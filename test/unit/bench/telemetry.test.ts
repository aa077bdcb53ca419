import { highestRate, lagVerdict } from '../../../bench/telemetry/bounded';
import { delayFigure, holds, lineOf, rateFigure, type Loaded } from '../../../bench/telemetry/figures';
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

describe('the figures of telemetry', () => {
  const run = (records: number, spark_ms: number): Loaded['runs'][number] =>
    ({ records, durations_ms: { spark: spark_ms, gates: 1_000 } }) as unknown as Loaded['runs'][number];
  const load = (rate: number, change: Partial<Loaded> = {}): Loaded => ({
    rate,
    seconds: 300,
    sent: 300 * rate,
    took_ms: 301_000,
    verdict: { middle: 10 * rate, last: 10 * rate, isBounded: true },
    drain_ms: 20_000,
    delays: { records: 300 * rate, median_ms: 31_000, p95_ms: 55_000 },
    runs: [run(10 * rate, 3_000), run(20 * rate, 5_000)],
    memory_bytes: 4 * 2 ** 30,
    ...change,
  });
  const value = (figure: ReturnType<typeof rateFigure>, name: string): number | undefined =>
    figure.breakdown.find((line) => line.name === name)?.value;

  it('hold a rate only while lag is bounded and the producers keep it', () => {
    expect(holds(load(5_000))).toBe(true);
    expect(holds(load(5_000, { verdict: { middle: 1, last: 9, isBounded: false } }))).toBe(false);
    expect(holds(load(5_000, { took_ms: 330_000 }))).toBe(false);
  });

  it('say the delay, the batches and where the time goes', () => {
    const figure = delayFigure(load(1_000));
    expect(figure).toMatchObject({ part: 'k', value: 31, unit: 's', aim: { at_most: 60 }, met: true });
    expect(value(figure, 'batch, median')).toBe(15_000);
    expect(value(figure, 'step spark')).toBe(4);
    expect(value(figure, 'share of step spark')).toBe(80);
    expect(lineOf(load(1_000))).toBe(
      '1000 records/s: bounded, 300000 sent, lag 10000 then 10000, drained in 20 s, 2 runs of 15000, ' +
        'send to SQL 31.0 s',
    );
  });

  it('say the highest rate with the lag of each that was tried', () => {
    const tried = [load(5_000), load(10_000, { verdict: { middle: 5, last: 50, isBounded: false } })];
    const figure = rateFigure(5_000, tried, [load(1_000), ...tried], []);
    expect(figure).toMatchObject({ value: 5_000, aim: { at_least: 20_000 }, met: false });
    expect(value(figure, '10000/s: highest lag, last third')).toBe(50);
    expect(value(figure, 'memory after 1000/s')).toBe(4);
    expect(figure.notes.at(-1)).toBe('steps are those of 5000/s');
  });

  it('say nothing of steps where no run was merged', () => {
    expect(value(rateFigure(0, [load(5_000, { runs: [] })], [], []), 'runs')).toBe(0);
  });
});
