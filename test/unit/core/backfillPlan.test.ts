import { backfillSettings, ownGaps, type KnownArchive, type ReportDay } from '../../../core/backfill';
import { planBackfill } from '../../../core/backfillPlan';
import { DAY_MS } from '../../../core/interval';

const START_MS = Date.parse('2026-01-01T14:00:00Z');
const iso = (day: number): string => new Date(START_MS + day * DAY_MS).toISOString().replace('.000', '');

function day(index: number, present: number, changes: Partial<ReportDay> = {}): ReportDay {
  return {
    report: 'DISPATCHSCADA',
    from: iso(index),
    to: iso(index + 1),
    expected: 288,
    present,
    unseen: null,
    awaited: 0,
    ...changes,
  };
}

const whole = (index: number): ReportDay['unseen'] => ({ start: iso(index), end: iso(index + 1) });

function daily(index: number, changes: Partial<KnownArchive> = {}): KnownArchive {
  return {
    report: 'DISPATCHSCADA',
    name: `d${index}`,
    url: `http://x/d${index}`,
    kind: 'daily',
    from: iso(index),
    to: iso(index + 1),
    published_bytes: 1,
    published_at: null,
    landed: false,
    merged: false,
    quarantined: 0,
    blocked: false,
    ...changes,
  };
}

const settings = (changes: object = {}) =>
  backfillSettings({ pipeline: 'nem', from: iso(0), to: iso(10), chunk: 2, order: 'oldest', ...changes });
const names = (plan: ReturnType<typeof planBackfill>): string[][] =>
  plan.chunks.map(({ archives }) => archives.map(({ name }) => name));

describe('the plan of a backfill', () => {
  it('takes the archives of days with missing intervals, in chunks that do not depend on the range', () => {
    const plan = planBackfill(
      settings(),
      [day(0, 288), day(1, 287), day(2, 0), day(3, 0)],
      [daily(0), daily(1), daily(2), daily(3)],
    );
    expect(names(plan).flat()).toEqual(['d1', 'd2', 'd3']);
    const later = planBackfill(settings({ from: iso(2) }), [day(2, 0), day(3, 0)], [daily(2), daily(3)]);
    expect(names(plan)).toEqual(expect.arrayContaining([expect.arrayContaining(names(later)[0]!)]));
  });

  it.each([
    [31, ['d17', 'd18', 'd29'], ['d30', 'd31']],
    [7, ['d17', 'd18'], ['d29'], ['d30', 'd31']],
  ])(
    'never joins two months in a chunk, whatever the clock of the market (%s days)',
    (chunk, ...expected) => {
      const wanted = [15, 16, 27, 28, 29].map((index) => index + 2);
      const plan = planBackfill(
        settings({ chunk, to: iso(40) }),
        wanted.map((index) => day(index, 0)),
        wanted.map((index) => daily(index)),
      );
      expect(names(plan)).toEqual(expected);
    },
  );

  it("does nothing if the archive is already in the lake: then the gap is the source's own", () => {
    const plan = planBackfill(settings(), [day(0, 280)], [daily(0, { landed: true, merged: true })]);
    expect(plan).toMatchObject({
      chunks: [],
      current: null,
      reports: { DISPATCHSCADA: { sourceGaps: 8, unavailable: 0 } },
    });
  });

  it('goes the live way for days that only the newest listing has', () => {
    const plan = planBackfill(
      settings(),
      [day(0, 0, { unseen: whole(0), awaited: 288 }), day(1, 200, { unseen: whole(1), awaited: 88 })],
      [],
    );
    expect(plan).toMatchObject({
      current: { from: iso(0), to: iso(2) },
      chunks: [],
      reports: { DISPATCHSCADA: { unavailable: 0 } },
    });
  });

  it('takes of the newest listing only the first to the last interval with a file that is not in Kafka', () => {
    const [late, newest] = [
      { start: '2026-01-02T03:25:00Z', end: '2026-01-02T03:30:00Z' },
      { start: '2026-01-04T02:00:00Z', end: '2026-01-04T02:10:00Z' },
    ];
    const days = [day(0, 287, { unseen: late }), day(1, 100), day(2, 286, { unseen: newest })];
    expect(planBackfill(settings(), days.slice(0, 1), []).current).toEqual({
      from: late.start,
      to: late.end,
    });
    expect(planBackfill(settings(), days, []).current).toEqual({ from: late.start, to: newest.end });
  });

  it('prefers archives to the newest listing, and packed days to a month', () => {
    const monthly = daily(0, { name: 'm', url: 'http://x/m', kind: 'monthly', to: iso(31) });
    expect(names(planBackfill(settings(), [day(0, 0, { unseen: whole(0) })], [daily(0), monthly]))).toEqual([
      ['d0'],
    ]);
    expect(names(planBackfill(settings(), [day(0, 0, { unseen: whole(0) })], [monthly]))).toEqual([['m']]);
  });

  it("looks into the month if the packed day is in the lake and incomplete, and then reports the source's gap", () => {
    const monthly = daily(0, { name: 'm', url: 'http://x/m', kind: 'monthly', to: iso(31) });
    const packed = daily(0, { landed: true, merged: true });
    expect(names(planBackfill(settings(), [day(0, 280)], [packed, monthly]))).toEqual([['m']]);
    expect(
      planBackfill(settings(), [day(0, 280)], [packed, { ...monthly, landed: true, merged: true }]),
    ).toMatchObject({ chunks: [], reports: { DISPATCHSCADA: { sourceGaps: 8 } } });
  });

  it('says what nothing holds', () => {
    expect(planBackfill(settings(), [day(0, 100)], [])).toMatchObject({
      reports: { DISPATCHSCADA: { unavailable: 188, sourceGaps: 0 } },
      chunks: [],
    });
  });

  it('counts what waits in Kafka for the lane as ours, and has nothing to fetch for it', () => {
    const plan = planBackfill(settings(), [day(0, 100, { awaited: 150 })], []);
    expect(plan).toMatchObject({
      current: null,
      chunks: [],
      reports: { DISPATCHSCADA: { unavailable: 38, sourceGaps: 0 } },
    });
    expect(ownGaps(plan.reports.DISPATCHSCADA!)).toBe(150);
    const besides = planBackfill(
      settings(),
      [day(0, 280, { awaited: 6 })],
      [daily(0, { landed: true, merged: true })],
    );
    expect(besides.reports.DISPATCHSCADA).toMatchObject({ unavailable: 0, sourceGaps: 2 });
  });

  it('leaves archives that failed a gate to an operator when told to, and counts their intervals as ours', () => {
    const known = [daily(0, { landed: true, blocked: true }), daily(1)];
    const days = [day(0, 0, { unseen: whole(0), awaited: 12 }), day(1, 0)];
    const unattended = planBackfill(settings({ leaveBlocked: true, chunk: 1 }), days, known);
    expect({ chunks: names(unattended), current: unattended.current, blocked: unattended.blocked }).toEqual({
      chunks: [['d1']],
      current: null,
      blocked: ['d0'],
    });
    expect(ownGaps(unattended.reports.DISPATCHSCADA!)).toBe(576);
    for (const mode of ['missing', 'failed', 'all'])
      expect(names(planBackfill(settings({ mode }), days, known)).flat()).toContain('d0');
  });

  it("calls no archive that was never landed the source's gap when asked for the failed", () => {
    const plan = planBackfill(settings({ mode: 'failed' }), [day(0, 0)], [daily(0)]);
    expect(plan).toMatchObject({ chunks: [], reports: { DISPATCHSCADA: { sourceGaps: 0, unavailable: 0 } } });
  });

  it('takes again what was landed and not merged, or held bad files, when asked for the failed', () => {
    const known = [
      daily(0, { landed: true }),
      daily(1, { landed: true, merged: true, quarantined: 2 }),
      daily(2, { landed: true, merged: true }),
      daily(3),
    ];
    const plan = planBackfill(
      settings({ mode: 'failed' }),
      [day(0, 0), day(1, 286), day(2, 288), day(3, 0)],
      known,
    );
    expect(names(plan).flat()).toEqual(['d0', 'd1']);
  });

  it('takes everything listed when asked for all, newest chunk first by default', () => {
    const plan = planBackfill(
      settings({ mode: 'all', order: undefined }),
      [day(0, 288), day(1, 288), day(2, 288)],
      [daily(0, { landed: true, merged: true }), daily(1), daily(2)],
    );
    expect(names(plan).flat().sort()).toEqual(['d0', 'd1', 'd2']);
    expect(plan.chunks[0]!.from > plan.chunks.at(-1)!.from).toBe(true);
  });
});

describe('the input of a backfill', () => {
  it('lists every mistake at once, with a hint', () => {
    expect(() =>
      backfillSettings({
        pipeline: 'nem',
        from: '2026-02-01',
        to: '2026-01-01',
        mode: 'some' as never,
        chunk: 0,
        concurrency: 99,
      }),
    ).toThrow(/to: expected.*mode: expected.*chunk: expected.*concurrency: expected/);
  });

  it('takes the day its nominal time begins when a schedule starts it', () => {
    expect(backfillSettings({ pipeline: 'nem' }, '2026-01-01T14:00:00.000Z')).toMatchObject({
      from: '2026-01-01T14:00:00.000Z',
      to: '2026-01-02T14:00:00.000Z',
      mode: 'missing',
    });
    expect(() => backfillSettings({ pipeline: 'nem' })).toThrow(/from: expected/);
  });
});
