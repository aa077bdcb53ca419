import { MockActivityEnvironment } from '@temporalio/testing';
import { zipSync } from 'fflate';
import {
  createStageLanding,
  type ReloadChunk,
  type StagedLanding,
} from '../../../../activities/bulk/stageLanding';
import { Landing } from '../../../../activities/ingest/landing';
import { readConfig } from '../../../../settings/config';
import type { LandingManifest } from '../../../../core/steps';
import { archiveFiles } from '../../../../pipelines/nem/demo/archive';
import { monthlyFiles } from '../../../../pipelines/nem/demo/monthly';
import { publishPlan } from '../../../../pipelines/nem/demo/plan';
import type { SiteFile } from '../../../../pipelines/nem/demo/siteFile';
import { createNemSource } from '../../../../pipelines/nem/source/source';
import { parquetRows } from '../../staged/parquetRows';
import { landFile } from '../landFile';
import { memoryStore } from '../memoryStore';

const NIGHT = publishPlan({ fromNem: '2026-10-05 22:00', intervals: 48, oddities: [] });
const HOUR = { from: '2026-10-05T13:00:00.000Z', to: '2026-10-05T14:00:00.000Z' };
const source = createNemSource(readConfig({}));

// Each test stages a day of files, which takes seconds on a busy machine.
jest.setTimeout(60_000);

describe('a stretch of landing staged again', () => {
  beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-20T00:00:00Z')));
  afterEach(() => jest.restoreAllMocks());

  /** Landing with some of the site's files, as ingest and backfill put them there. */
  async function landed(files: SiteFile[]) {
    const store = memoryStore();
    const landing = new Landing(store, 'nem');
    const land = ({ path, bytes }: Pick<SiteFile, 'path' | 'bytes'>): Promise<void> =>
      landFile(landing, source, path.slice(path.lastIndexOf('/') + 1), bytes);
    for (const file of files) await land(file);
    const { stageLanding } = createStageLanding({
      store,
      sourceOf: () => source,
      landingOf: () => landing,
      signal: () => new AbortController().signal,
    });
    const stage = (chunk: Partial<ReloadChunk>): Promise<StagedLanding> =>
      new MockActivityEnvironment().run(stageLanding, {
        pipeline: 'nem',
        replace: true,
        name: 'x/day-0',
        ...HOUR,
        ...chunk,
      }) as Promise<StagedLanding>;
    return { store, land, stage, rows: (staged: StagedLanding) => rowsOf(store, staged) };
  }

  async function rowsOf(
    store: ReturnType<typeof memoryStore>,
    { batch }: StagedLanding,
  ): Promise<{ source_file: string }[]> {
    const { objects } = JSON.parse((await store.getUri(batch!.manifestUri)).toString()) as LandingManifest;
    const bodies = await Promise.all(
      objects.filter(({ topic }) => topic === 'nem_dispatch').map(({ uri }) => store.getUri(uri)),
    );
    return bodies.flatMap((body) => parquetRows(body) as unknown as { source_file: string }[]);
  }

  const archives = archiveFiles(NIGHT);
  const live = NIGHT.files.filter(
    ({ report, path }) => ['DISPATCHSCADA', 'DISPATCHIS'].includes(report) && !path.includes('/DUPLICATE/'),
  );
  const stampsOf = (rows: { source_file: string }[]): string[] =>
    [...new Set(rows.map(({ source_file: name }) => /_(\d{12})_/.exec(name)![1]!))].sort();

  it("is the same from a day's archive, which lies at the end of the day, as from the live files", async () => {
    const [packed, single] = [await landed(archives), await landed(live)];
    const [fromPack, fromLive] = [await packed.stage({}), await single.stage({})];
    expect(stampsOf(await packed.rows(fromPack))).toEqual(stampsOf(await single.rows(fromLive)));
    expect(await packed.rows(fromPack)).toHaveLength((await single.rows(fromLive)).length);
    expect(stampsOf(await packed.rows(fromPack))).toEqual([
      ...'05 10 15 20 25 30 35 40 45 50 55'.split(' ').map((minute) => `2026100523${minute}`),
      '202610060000',
    ]);
    expect(fromPack).toMatchObject({ quarantined: 0, wholeTables: [], unlanded: {} });
  });

  it('takes one copy of each file of the range from two archives, and reports files missing in landing', async () => {
    const { stage, rows } = await landed([
      ...archives.filter(({ path }) => path.includes('SCADA')),
      ...live.filter(({ report }) => report === 'DISPATCHSCADA').slice(0, 24),
    ]);
    const staged = await stage({ from: '2026-10-05T13:30:00.000Z', to: '2026-10-05T14:30:00.000Z' });
    expect(staged.files).toBe(12);
    expect(stampsOf(await rows(staged))).toEqual([
      '202610052335',
      '202610052340',
      '202610052345',
      '202610052350',
      '202610052355',
      ...['0000', '0005', '0010', '0015', '0020', '0025', '0030'].map((time) => `20261006${time}`),
    ]);
    expect(staged.unlanded).toEqual({
      DISPATCHIS: { intervals: 12, first: '2026-10-05T13:35:00Z', last: '2026-10-05T14:30:00Z' },
      ROOFTOP: { intervals: 2, first: '2026-10-05T14:00:00Z', last: '2026-10-05T14:30:00Z' },
    });
  });

  it('finds rooftop files from before the week their archive is named after, by the time in their names', async () => {
    const { files } = publishPlan({ fromNem: '2026-10-07 23:00', intervals: 12, oddities: [] });
    const early = files.filter(({ path }) => /MEASUREMENT_20261008000000_/.test(path));
    const bytes = Buffer.from(
      zipSync(
        Object.fromEntries(
          early.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file.bytes]),
        ),
      ),
    );
    const { stage } = await landed([
      { path: 'x/PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_20261008.zip', bytes, published_nem_ms: 0 },
    ]);
    const staged = await stage({ from: '2026-10-07T13:00:00.000Z', to: '2026-10-07T13:30:00.000Z' });
    expect([early.length, staged.files]).toEqual([1, 1]);
    expect(staged.unlanded).not.toHaveProperty('ROOFTOP');
  });

  it("takes a month's table whole, in the first chunk that it holds, and says so", async () => {
    const { stage, rows, store } = await landed(monthlyFiles(NIGHT, 'archive'));
    const whole = { from: '2026-10-05T13:00:00.000Z', to: '2026-10-06T14:00:00.000Z' };
    const first = await stage({ from: whole.from, to: '2026-10-06T00:00:00.000Z', whole });
    expect(first.wholeTables!.map((name) => name.split('#')[1])).toEqual(
      expect.arrayContaining(['DISPATCH_UNIT_SCADA', 'DISPATCHPRICE']),
    );
    expect((await rows(first)).length).toBe(
      NIGHT.files.flatMap(({ report, rows: all }) =>
        report === 'DISPATCHSCADA' ? all.filter(({ table }) => table === 'dispatch') : [],
      ).length,
    );
    expect(Object.keys(first.unlanded!)).toEqual(['ROOFTOP']);
    const written = store.objects.size;
    const second = await stage({ from: '2026-10-06T00:00:00.000Z', to: whole.to, whole, name: 'x/day-1' });
    expect(second).toMatchObject({ batch: null, files: 0, wholeTables: [] });
    expect(Object.keys(second.unlanded!)).toEqual(['ROOFTOP']);
    expect(store.objects.size).toBe(written + 1);
  });

  it('says nothing of a table that lies within the whole reload', async () => {
    const { stage } = await landed(monthlyFiles(NIGHT, 'archive'));
    const staged = await stage({
      from: '2026-09-30T00:00:00.000Z',
      to: '2026-10-01T00:00:00.000Z',
      whole: { from: '2026-09-30T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' },
    });
    expect(staged.files).toBe(4);
    expect(staged.wholeTables).toEqual([]);
  });

  it('is one dead letter for an archive that cannot be trusted, and no batch where landing has nothing', async () => {
    const { stage, land } = await landed([]);
    expect(await stage({})).toMatchObject({
      batch: null,
      files: 0,
      quarantined: 0,
      unlanded: { DISPATCHSCADA: { intervals: 12 } },
    });
    await land({ path: 'x/PUBLIC_DISPATCHSCADA_20261005.zip', bytes: Buffer.from('no zip') });
    expect(await stage({})).toMatchObject({
      batch: { records: 1 },
      files: 0,
      quarantined: 1,
      unlanded: { DISPATCHSCADA: { intervals: 12 } },
    });
  });

  it('does not miss what the source may not have published yet', async () => {
    const now_ms = Date.now();
    const staged = await (
      await landed([])
    ).stage({
      from: new Date(now_ms - 3_600_000).toISOString(),
      to: new Date(now_ms + 86_400_000).toISOString(),
    });
    expect(staged.unlanded).toEqual({});
  });
});
