import { createBlockChunk } from '../../../../activities/bulk/blockChunk';
import {
  createMeasureCompleteness,
  type CompletenessReport,
  type MeasureCompletenessDeps,
} from '../../../../activities/bulk/measureCompleteness';
import { createPlanBackfillRange } from '../../../../activities/bulk/planBackfillRange';
import { ArchiveReceipts } from '../../../../activities/bulk/archiveReceipts';
import { Landing } from '../../../../activities/ingest/landing';
import { backfillSettings, ownGaps } from '../../../../core/backfill';
import { readConfig } from '../../../../settings/config';
import type { CompletenessRule } from '../../../../core/pipeline';
import type { TimeRange } from '../../../../core/touched';
import type { ArchiveFile, SourceFile } from '../../../../core/source';
import { memoryStore } from '../memoryStore';

const STEP_MS = 5 * 60_000;
/** Market time 12:00 to 14:00 of 5 October: 24 intervals of the 5-minute reports. */
const [FROM, TO] = ['2026-10-05T02:00:00Z', '2026-10-05T04:00:00Z'];
const endOf = (index: number): number => Date.parse(FROM) + (index + 1) * STEP_MS;
const iso = (instant_ms: number): string => new Date(instant_ms).toISOString().replace('.000Z', 'Z');
const span = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset);

function file(index: number): SourceFile {
  const name = `PUBLIC_DISPATCHSCADA_${index}.zip`;
  return {
    report: 'DISPATCHSCADA',
    name,
    url: `http://x/${name}`,
    interval_end_at: iso(endOf(index)),
    published_bytes: 100,
    published_at: '2026-10-05 12:00',
    required: true,
  };
}

const DAY_ARCHIVE: ArchiveFile = {
  report: 'DISPATCHSCADA',
  name: 'PUBLIC_DISPATCHSCADA_20261005.zip',
  url: 'http://x/day',
  kind: 'daily',
  from: '2026-10-04T14:00:00Z',
  to: '2026-10-05T14:00:00Z',
  published_bytes: 1,
  published_at: null,
};

/**
 * A lake whose dispatch table holds the given intervals; the other reports are whole. `asked`: questions to
 * its tables.
 */
function comparison(
  known: { onMain: number[]; listed?: number[]; archives?: ArchiveFile[]; merged?: string[] },
  settings: Record<string, string> = {},
) {
  const store = memoryStore();
  const landing = new Landing(store, 'nem');
  const metrics: Record<string, { lake: number; source: number }> = {};
  const presentIn = ({ report, step_ms }: CompletenessRule, { from, to }: TimeRange): Map<string, number> => {
    const [from_ms, to_ms] = [Date.parse(from), Date.parse(to)];
    const count =
      report === 'DISPATCHSCADA'
        ? known.onMain.filter((index) => endOf(index) > from_ms && endOf(index) <= to_ms).length
        : (to_ms - from_ms) / step_ms;
    return count === 0 ? new Map() : new Map([['2026-10-05', count]]);
  };
  const deps = {
    config: readConfig(settings),
    store,
    landingOf: () => landing,
    signal: () => new AbortController().signal,
    metrics: {
      setMissing: (_: string, report: string, counts: { lake: number; source: number }) =>
        void (metrics[report] = counts),
    },
    lake: {
      firstInterval: async () => Date.parse(FROM),
      mergedLandings: async () => new Set(known.merged ?? []),
      intervalsByDay: async (
        _catalog: string,
        _pipeline: unknown,
        rule: CompletenessRule,
        range: TimeRange,
      ) => presentIn(rule, range),
    },
    sourceOf: () => ({
      listArchives: async () => known.archives ?? [],
      listFiles: async () => ({ files: (known.listed ?? []).map(file), missing: [] }),
    }),
  } as unknown as MeasureCompletenessDeps;
  const activities = {
    ...createBlockChunk(deps),
    ...createMeasureCompleteness(deps),
    ...createPlanBackfillRange(deps),
  };
  const see = (indexes: number[], quarantined: string | null = null) =>
    Promise.all(
      indexes.map((index) =>
        landing.writeReceipt(file(index), {
          name: file(index).name,
          crc32: '0',
          sha256: String(index),
          rows: 1,
          deadLetters: 0,
          quarantined,
        }),
      ),
    );
  const receive = (archive: ArchiveFile, sha256: string): Promise<void> =>
    new ArchiveReceipts(store, 'nem').write(archive, {
      name: archive.name,
      uri: store.uri('landing/x'),
      sha256,
      objects: [],
      files: 1,
      quarantined: 0,
      records: 0,
    });
  const measure = (): Promise<CompletenessReport> =>
    activities.measureCompleteness({ pipeline: 'nem', until: TO });
  return { activities, metrics, see, receive, measure };
}

describe('comparing the lake with what the source lists', () => {
  it('calls what waits in Kafka for a held lane our gap, and starts no backfill for it', async () => {
    const { see, measure, metrics } = comparison({ onMain: span(0, 9), listed: span(4, 23) });
    await see(span(4, 23));
    const { reports, backfill } = await measure();
    expect({
      own: ownGaps(reports.DISPATCHSCADA!),
      unavailable: reports.DISPATCHSCADA!.unavailable,
      backfill,
    }).toEqual({ own: 14, unavailable: 0, backfill: false });
    expect(metrics).toEqual({
      DISPATCHSCADA: { lake: 14, source: 0 },
      DISPATCHIS: { lake: 0, source: 0 },
      ROOFTOP: { lake: 0, source: 0 },
    });
  });

  it('tells each interval apart: in the listing, rotated out of it, on main though not listed', async () => {
    const { see, measure, metrics } = comparison({
      onMain: [...span(0, 9), 15],
      listed: [...span(12, 14), ...span(17, 23)],
    });
    await see([...span(12, 14), ...span(17, 23)]);
    const { backfill } = await measure();
    // Listed and missing: 12 to 14 and 17 to 23. Neither listed nor on main: 10, 11 and 16.
    expect({ metric: metrics.DISPATCHSCADA, backfill }).toEqual({
      metric: { lake: 10, source: 3 },
      backfill: false,
    });
  });

  it('starts a backfill for files that are not in Kafka', async () => {
    const { see, measure } = comparison({ onMain: span(0, 19), listed: span(0, 23) });
    await see(span(0, 22));
    expect(await measure()).toMatchObject({ backfill: true, reports: { DISPATCHSCADA: { unavailable: 0 } } });
    const { measure: reportOnly } = comparison(
      { onMain: span(0, 19), listed: span(0, 23) },
      { COMPLETENESS_BACKFILL: 'false' },
    );
    expect((await reportOnly()).backfill).toBe(false);
  });

  it('plans for the newest listing the intervals from the first to the last file that is not in Kafka', async () => {
    const { activities, see } = comparison({ onMain: [], listed: span(0, 23) });
    await see(span(0, 23).filter((index) => ![5, 7].includes(index)));
    const { current } = await activities.planBackfillRange({
      settings: backfillSettings({ pipeline: 'nem', from: FROM, to: TO }),
      name: 'run',
    });
    expect(current).toEqual({ from: iso(endOf(5) - STEP_MS), to: iso(endOf(7)) });
  });

  it("calls an interval whose only file was quarantined the source's gap", async () => {
    const { see, measure, metrics } = comparison({ onMain: span(0, 21), listed: span(0, 23) });
    await see(span(0, 22));
    await see([23], 'file_truncated');
    expect((await measure()).backfill).toBe(false);
    expect(metrics.DISPATCHSCADA).toEqual({ lake: 1, source: 1 });
  });

  it('leaves a chunk that failed a gate to an operator from then on, and still counts it as ours', async () => {
    const { activities, receive, measure, metrics } = comparison({ onMain: [], archives: [DAY_ARCHIVE] });
    await receive(DAY_ARCHIVE, 'aa');
    expect(await measure()).toMatchObject({ backfill: true, blocked: [] });
    const { planUri } = await activities.planBackfillRange({
      settings: backfillSettings({ pipeline: 'nem', from: FROM, to: TO, leaveBlocked: true }),
      name: 'run',
    });
    await activities.blockChunk({ pipeline: 'nem', planUri, index: 0 });
    expect(await measure()).toMatchObject({ backfill: false, blocked: [DAY_ARCHIVE.name] });
    expect(metrics.DISPATCHSCADA).toEqual({ lake: 24, source: 0 });
    const byHand = await activities.planBackfillRange({
      settings: backfillSettings({ pipeline: 'nem', from: FROM, to: TO }),
      name: 'by-hand',
    });
    expect(byHand).toMatchObject({ chunks: 1, archives: 1 });
  });

  it('takes a republished archive, whatever the outcome of the earlier one', async () => {
    const known = { onMain: [], archives: [DAY_ARCHIVE] };
    const { activities, receive, measure } = comparison(known);
    await receive(DAY_ARCHIVE, 'aa');
    const { planUri } = await activities.planBackfillRange({
      settings: backfillSettings({ pipeline: 'nem', from: FROM, to: TO }),
      name: 'run',
    });
    await activities.blockChunk({ pipeline: 'nem', planUri, index: 0 });
    known.archives = [{ ...DAY_ARCHIVE, published_bytes: 2 }];
    expect(await measure()).toMatchObject({ backfill: true, blocked: [] });
  });
});
