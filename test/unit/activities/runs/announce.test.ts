import { PipelineMetrics } from '../../../../activities/metrics';
import {
  createAnnounceRun,
  type AnnounceRunDeps,
  type AnnounceInput,
} from '../../../../activities/runs/announceRun';
import { memoryStore } from '../memoryStore';

const TABLE = 'nem.silver_dispatch_clean';

/** What main's newest interval is before the run that is announced, and how often that was asked. */
function setUp(newestOnMain: () => Promise<Map<string, string>>) {
  const metrics = new PipelineMetrics();
  const newestIntervals = jest.fn(newestOnMain);
  const refreshLater = jest.fn();
  const deps = {
    metrics,
    lake: { newestIntervals },
    store: memoryStore(),
    trino: { runQuery: async () => ({ rows: [] }) },
    kafka: {},
    dbtDocs: { refreshLater },
  } as unknown as AnnounceRunDeps;
  const shown = async (): Promise<string | undefined> => {
    const { values } = await metrics.registry
      .getSingleMetric('currents_table_newest_interval_end_seconds')!
      .get();
    return values[0] && new Date(values[0].value * 1000).toISOString();
  };
  return { announce: createAnnounceRun(deps).announceRun, newestIntervals, refreshLater, shown };
}

function run(intervalMax: string, branch = 'main'): AnnounceInput {
  const counts = [
    {
      table_name: TABLE,
      rows_in: 1,
      bronze_rows: 1,
      redelivered: 0,
      inserted: 1,
      updated: 0,
      duplicates: 0,
      superseded: 0,
      dead_letters: 0,
      interval_max: intervalMax,
    },
  ];
  return {
    pipeline: 'nem',
    runId: 'r',
    branch,
    slot: 'slot_1',
    window: { from: intervalMax, to: intervalMax },
    counts,
    mergeHash: 'a',
    audits: [],
  };
}

describe('the freshness that a merge shows', () => {
  const main = async (): Promise<Map<string, string>> => new Map([[TABLE, '2026-11-20 13:00:00']]);

  it("is main's: a run into another branch shows none", async () => {
    const { announce, newestIntervals, shown } = setUp(main);
    await announce(run('2026-11-20 14:00:00', 'tariff'));
    expect(await shown()).toBeUndefined();
    expect(newestIntervals).not.toHaveBeenCalled();
  });

  it("is what the lake holds when a worker's first merge is an old chunk, and asked for once", async () => {
    const { announce, newestIntervals, shown } = setUp(main);
    await announce(run('2026-01-08 00:00:00'));
    expect(await shown()).toBe('2026-11-20T03:00:00.000Z');
    await announce(run('2026-11-20 13:05:00'));
    expect(await shown()).toBe('2026-11-20T03:05:00.000Z');
    expect(newestIntervals.mock.calls).toEqual([['lake', 'nem']]);
  });

  it('is not guessed while the lake cannot be asked', async () => {
    const answers = [async () => Promise.reject(new Error('Trino is away')), main];
    const { announce, shown } = setUp(() => answers.shift()!());
    await expect(announce(run('2026-01-08 00:00:00'))).rejects.toThrow('Trino is away');
    expect(await shown()).toBeUndefined();
    await announce(run('2026-01-08 00:00:00'));
    expect(await shown()).toBe('2026-11-20T03:00:00.000Z');
  });
});

describe('the pages of dbt docs', () => {
  const none = async (): Promise<Map<string, string>> => new Map();

  it('are looked at after a merge into main, of a run that touched no time too, and of no other branch', async () => {
    const { announce, refreshLater } = setUp(none);
    await announce(run('2026-11-20 14:00:00', 'tariff'));
    expect(refreshLater).not.toHaveBeenCalled();
    await announce({ ...run('2026-11-20 14:00:00'), window: null });
    expect(refreshLater).toHaveBeenCalledTimes(1);
  });
});
