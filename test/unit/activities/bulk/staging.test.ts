import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createStagingActivities, type StagedCounts } from '../../../../activities/bulk/staging';
import { Landing } from '../../../../activities/ingest/landing';
import { readConfig } from '../../../../settings/config';
import type { ArchiveFile, Source } from '../../../../core/source';
import type { LandingManifest } from '../../../../core/steps';
import { archiveFiles } from '../../../../pipelines/nem/demo/archive';
import { monthlyFiles } from '../../../../pipelines/nem/demo/monthly';
import { DEMO_ODDITIES } from '../../../../pipelines/nem/demo/oddities';
import { publishPlan } from '../../../../pipelines/nem/demo/plan';
import { startLookalikeSite, type LookalikeSite } from '../../../../pipelines/nem/demo/site';
import { createNemSource } from '../../../../pipelines/nem/source/source';
import { parquetRows, type StagedRow } from '../../staged/parquetRows';
import { memoryStore } from '../memoryStore';

const plan = publishPlan({
  fromNem: '2026-10-05 00:00',
  intervals: 24,
  oddities: DEMO_ODDITIES.filter(({ interval }) => interval < 24),
});
const RANGE = { start: '2026-10-04T14:00:00Z', end: '2026-10-04T16:00:00Z' };

// Each test stages a day of files, which takes seconds on a busy machine.
jest.setTimeout(60_000);

describe('staging archives', () => {
  let home: string;
  let site: LookalikeSite;
  let source: Source;
  beforeAll(async () => {
    site = await startLookalikeSite({
      port: 0,
      files: [...plan.files, ...archiveFiles(plan), ...monthlyFiles(plan, 'archive')],
    });
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-staging-'));
    const settings = { API_URL: site.url, NEM_REQUESTS_PER_SECOND: '100', CURRENTS_HOME: home };
    source = createNemSource(readConfig(settings));
  });
  afterAll(async () => {
    fs.rmSync(home, { recursive: true });
    await site.close();
  });

  function staging() {
    const store = memoryStore();
    const activities = createStagingActivities({
      store,
      sourceOf: () => source,
      landingOf: (pipeline) => new Landing(store, pipeline),
      signal: () => new AbortController().signal,
    });
    const stage = (archive: ArchiveFile, fresh = false) =>
      new MockActivityEnvironment().run(activities.stageArchive, {
        pipeline: 'nem',
        archive,
        fresh,
      }) as Promise<StagedCounts>;
    const assemble = (archives: ArchiveFile[]) =>
      activities.assembleBatch({ pipeline: 'nem', archives, name: 'x/chunk-0' });
    const keys = (folder: string): string[] =>
      [...store.objects.keys()].filter((key) => key.startsWith(folder)).sort();
    return { store, stage, assemble, keys };
  }
  const archiveOf = async (report: string): Promise<ArchiveFile> =>
    (await source.listArchives(RANGE, new AbortController().signal)).find(
      (archive) => archive.report === report,
    )!;

  const rowsOf = (store: ReturnType<typeof memoryStore>, topic: string): StagedRow[] =>
    [...store.objects]
      .filter(([key]) => key.includes(`/${topic}-`) && key.endsWith('.parquet'))
      .flatMap(([, body]) => parquetRows(body));

  const linesOf = (store: ReturnType<typeof memoryStore>, topic: string): string[] =>
    [...store.objects]
      .filter(([key]) => key.includes(`/${topic}-`))
      .flatMap(([, body]) =>
        gunzipSync(body)
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      );

  it('lists the packed days and weeks of the range, and no month that they cover', async () => {
    const archives = await source.listArchives(RANGE, new AbortController().signal);
    expect(archives.map(({ name, kind }) => `${kind} ${name}`).sort()).toEqual([
      'daily PUBLIC_DISPATCHIS_20261005.zip',
      'daily PUBLIC_DISPATCHSCADA_20261005.zip',
      'weekly PUBLIC_ROOFTOP_PV_ACTUAL_MEASUREMENT_20261001.zip',
      'weekly PUBLIC_ROOFTOP_PV_ACTUAL_SATELLITE_20261001.zip',
    ]);
    const before = await source.listArchives(
      { start: '2026-10-02T14:00:00Z', end: '2026-10-03T14:00:00Z' },
      new AbortController().signal,
    );
    expect(
      before.filter(({ kind }) => kind === 'monthly').map(({ name, report }) => `${report} ${name}`),
    ).toContain('DISPATCHSCADA PUBLIC_ARCHIVE#DISPATCH_UNIT_SCADA#FILE01#202610010000.zip');
  });

  it('stages the very messages that the live way publishes, and a damaged file as one dead letter', async () => {
    const { store, stage } = staging();
    const archives = await source.listArchives(RANGE, new AbortController().signal);
    for (const archive of archives) await stage(archive);
    const staged = rowsOf(store, 'nem_dispatch');
    const live = plan.files.filter(
      ({ report, path, outcome }) =>
        report === 'DISPATCHSCADA' && !path.includes('/DUPLICATE/') && outcome.kind === 'taken',
    );
    const usable = live.flatMap(({ rows }) =>
      rows.filter(({ table, rejection }) => table === 'dispatch' && !rejection),
    );
    expect(staged).toHaveLength(usable.length);
    const deadLetters = linesOf(store, 'nem_dispatch.dlq').map(
      (line) => JSON.parse(line) as { headers: Record<string, string> },
    );
    const damaged = plan.files.filter(
      ({ report, path, outcome }) =>
        report === 'DISPATCHSCADA' && !path.includes('/DUPLICATE/') && outcome.kind === 'quarantined',
    );
    expect(deadLetters.filter(({ headers }) => headers['currents.reason'] === 'file_truncated')).toHaveLength(
      damaged.length,
    );
    expect(deadLetters).toHaveLength(
      damaged.length + live.flatMap(({ rows }) => rows.filter(({ rejection }) => rejection)).length,
    );
  });

  it('does nothing the second time, and asks the site for nothing', async () => {
    const { stage } = staging();
    const [archive] = await source.listArchives(RANGE, new AbortController().signal);
    const first = await stage(archive!);
    const asked = site.requests.length;
    expect(await stage(archive!)).toEqual({ ...first, isNew: false });
    expect(site.requests.length).toBe(asked);
  });

  it('stages again from landing what upkeep removed, one object or all, and asks the site for nothing', async () => {
    const { store, stage, assemble, keys } = staging();
    const archive = await archiveOf('DISPATCHSCADA');
    const first = await stage(archive);
    const [staged, asked] = [keys('staged/'), site.requests.length];
    const rows = rowsOf(store, 'nem_dispatch');
    for (const gone of [staged.slice(0, 1), staged]) {
      for (const key of gone) await store.remove(key);
      await expect(assemble([archive])).rejects.toMatchObject({ code: 'ARCHIVE_NOT_STAGED' });
      expect(await stage(archive)).toEqual({ ...first, isNew: true });
      expect(keys('staged/')).toEqual(staged);
    }
    expect(rowsOf(store, 'nem_dispatch')).toEqual(rows);
    expect((await assemble([archive])).records).toBe(first.records);
    expect(site.requests.length).toBe(asked);
  });

  it('stages rows again from landing that an earlier version has staged as lines', async () => {
    const { store, stage, assemble, keys } = staging();
    const archive = await archiveOf('DISPATCHSCADA');
    const first = await stage(archive);
    const [receipt] = keys('receipts/');
    for (const key of keys('staged/').filter((name) => name.endsWith('.parquet'))) {
      store.objects.set(key.replace('.parquet', '.ndjson.gz'), store.objects.get(key)!);
      await store.remove(key);
    }
    const old = store.objects.get(receipt!)!.toString().replaceAll('.parquet', '.ndjson.gz');
    // It did not note sizes and the form.
    store.objects.set(receipt!, Buffer.from(old.replace(/"(bytes|form)":[^,]+,/g, '')));
    const asked = site.requests.length;
    await expect(assemble([archive])).rejects.toMatchObject({ code: 'ARCHIVE_NOT_STAGED' });
    expect(await stage(archive)).toEqual({ ...first, isNew: true });
    expect((await assemble([archive])).records).toBe(first.records);
    expect(site.requests.length).toBe(asked);
  });

  it('stages rows again from landing that were staged by another contract, or that the store has in part', async () => {
    const { store, stage, assemble, keys } = staging();
    const archive = await archiveOf('DISPATCHSCADA');
    const first = await stage(archive);
    const [[receipt], asked] = [keys('receipts/'), site.requests.length];
    const torn = keys('staged/').find((name) => name.endsWith('.parquet'))!;
    const whole = store.objects.get(torn)!;
    const spoil = [
      () => store.objects.set(torn, whole.subarray(0, -20)),
      () => {
        const found = JSON.parse(store.objects.get(receipt!)!.toString()) as { form: string };
        store.objects.set(receipt!, Buffer.from(JSON.stringify({ ...found, form: 'of a contract before' })));
      },
    ];
    for (const change of spoil) {
      change();
      await expect(assemble([archive])).rejects.toMatchObject({ code: 'ARCHIVE_NOT_STAGED' });
      expect(await stage(archive)).toEqual({ ...first, isNew: true });
      expect(store.objects.get(torn)).toEqual(whole);
    }
    expect((await assemble([archive])).records).toBe(first.records);
    expect(site.requests.length).toBe(asked);
  });

  it('asks the site again when landing does not keep the archive any more', async () => {
    const { store, stage, keys } = staging();
    const archive = await archiveOf('DISPATCHSCADA');
    const first = await stage(archive);
    for (const key of [...keys('staged/'), ...keys('landing/')]) await store.remove(key);
    expect(await stage(archive)).toEqual({ ...first, isNew: true });
  });

  it('makes no batch of an archive without a receipt', async () => {
    await expect(staging().assemble([await archiveOf('DISPATCHSCADA')])).rejects.toMatchObject({
      code: 'ARCHIVE_NOT_STAGED',
      hint: expect.stringContaining('again') as string,
    });
  });

  it('fetches again, when the failed ones are asked for, an archive with untrusted files, and no other', async () => {
    const { store, stage, assemble, keys } = staging();
    const address = '/Reports/ARCHIVE/Dispatch_SCADA/PUBLIC_DISPATCHSCADA_20261008.zip';
    const whole = await archiveOf('DISPATCHSCADA');
    const archive = { ...whole, name: 'PUBLIC_DISPATCHSCADA_20261008.zip', url: `${site.url}${address}` };
    site.publish({ path: address, bytes: Buffer.from('<html>busy</html>'), published_nem_ms: 0 });
    const cut = await stage(archive);
    expect(await stage(archive)).toEqual({ ...cut, isNew: false });
    site.publish({
      path: address,
      bytes: archiveFiles(publishPlan({ fromNem: '2026-10-08 00:00', intervals: 3, oddities: [] })).find(
        ({ path }) => path === address,
      )!.bytes,
      published_nem_ms: 0,
    });
    const mended = await stage(archive, true);
    expect(mended).toMatchObject({ files: 3, quarantined: 0, isNew: true });
    expect(keys('receipts/')).toHaveLength(1);
    expect((await assemble([archive])).records).toBe(mended.records);
    const asked = site.requests.length;
    expect(await stage(archive, true)).toEqual({ ...mended, isNew: false });
    expect(site.requests.length).toBe(asked);
    expect(rowsOf(store, 'nem_dispatch').length).toBe(mended.records);
  });

  it("reads a month's table under its own name, found by the address with %2523", async () => {
    const { store, assemble, stage } = staging();
    const months = await source.listArchives(
      { start: '2026-10-02T14:00:00Z', end: '2026-10-03T14:00:00Z' },
      new AbortController().signal,
    );
    const scada = months.filter(({ name }) => name.includes('UNIT_SCADA'));
    const counts = await stage(scada[0]!);
    const batch = await assemble(scada);
    expect(batch.records).toBe(counts.records);
    const manifest = JSON.parse((await store.getUri(batch.manifestUri)).toString()) as LandingManifest;
    expect(manifest.objects.reduce((sum, { records }) => sum + records, 0)).toBe(counts.records);
    expect(rowsOf(store, 'nem_dispatch')[0]).toMatchObject({
      report: 'MMSDM',
      table: 'DISPATCH.UNIT_SCADA',
    });
  });

  it('buries an archive that is no archive, with its bytes kept', async () => {
    const { store, stage } = staging();
    const [archive] = await source.listArchives(RANGE, new AbortController().signal);
    site.publish({
      path: '/Reports/ARCHIVE/Dispatch_SCADA/PUBLIC_DISPATCHSCADA_20261007.zip',
      bytes: Buffer.from('<html>busy</html>'),
      published_nem_ms: 0,
    });
    const counts = await stage({
      ...archive!,
      report: 'DISPATCHSCADA',
      name: 'PUBLIC_DISPATCHSCADA_20261007.zip',
      url: `${site.url}/Reports/ARCHIVE/Dispatch_SCADA/PUBLIC_DISPATCHSCADA_20261007.zip`,
    });
    expect(counts).toMatchObject({ files: 0, quarantined: 1, records: 1 });
    const [deadLetter] = linesOf(store, 'nem_dispatch.dlq').map(
      (line) => JSON.parse(line) as { headers: Record<string, string> },
    );
    expect(deadLetter!.headers['currents.reason']).toBe('not_a_zip');
    expect([...store.objects.keys()].some((key) => key.startsWith('landing/nem/DISPATCHSCADA/'))).toBe(true);
  });
});
