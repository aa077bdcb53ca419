import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { intervalsBetween, isoSeconds } from '../../../core/interval';
import { FIVE_MINUTES_MS } from '../../../pipelines/nem/time';
import { createNemSource } from '../../../pipelines/nem/source/source';
import { publishPlan } from '../../../pipelines/nem/demo/plan';
import { startLookalikeSite, type LookalikeSite } from '../../../pipelines/nem/demo/site';
import { REPORT_SOURCES } from '../../../pipelines/nem/source/reportFiles';
import { readConfig } from '../../../settings/config';

const HOURS = 24;
const FROM = '2026-11-19T14:00:00Z';
const TO = isoSeconds(Date.parse(FROM) + HOURS * 3_600_000);
/** A run of a day takes minutes: listings of 8 s would be read again between any two intervals. */
const PER_INTERVAL_MS = 10_000;

const plan = publishPlan({ fromNem: '2026-11-20 00:00', intervals: HOURS * 12, oddities: [] });
const signal = new AbortController().signal;
let site: LookalikeSite;
let now_ms: number;
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-listing-'));
afterAll(() => fs.rmSync(home, { recursive: true }));

beforeEach(() => {
  now_ms = Date.parse(TO) + 3_600_000;
  jest.spyOn(Date, 'now').mockImplementation(() => now_ms);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await site.close();
});

function sourceOf(where: LookalikeSite) {
  const settings = { API_URL: where.url, NEM_REQUESTS_PER_SECOND: '100', CURRENTS_HOME: home };
  return createNemSource(readConfig(settings));
}

const listings = (): string[] => site.requests.filter((path) => path.endsWith('/'));

describe('requests for listings', () => {
  it('are one for each folder for a run over 24 past hours, missing ones too', async () => {
    site = await startLookalikeSite({ port: 0, files: plan.files });
    const source = sourceOf(site);
    const since_ms = now_ms;
    let files = 0;
    for (const range of intervalsBetween(FROM, TO, FIVE_MINUTES_MS)) {
      files += (await source.listFiles({ range, lookBack_ms: 0, since_ms }, signal)).files.length;
      now_ms += PER_INTERVAL_MS;
    }
    expect(files).toBeGreaterThanOrEqual(2 * HOURS * 12);
    expect([...listings()].sort()).toEqual(
      REPORT_SOURCES.flatMap(({ folder }) => [folder, `${folder}DUPLICATE/`]).sort(),
    );
  });

  it('leave out missing folders in the next run within the hour', async () => {
    site = await startLookalikeSite({ port: 0, files: plan.files });
    const source = sourceOf(site);
    const range = { start: FROM, end: TO };
    await source.listFiles({ range, lookBack_ms: 0, since_ms: now_ms }, signal);
    now_ms += 3_000_000;
    await source.listFiles({ range, lookBack_ms: 0, since_ms: now_ms }, signal);
    // Each report's own folder twice, its missing one for duplicates once.
    expect(listings()).toHaveLength(3 * REPORT_SOURCES.length);
    now_ms += 1_000_000;
    await source.listFiles({ range, lookBack_ms: 0, since_ms: now_ms }, signal);
    expect(listings()).toHaveLength(5 * REPORT_SOURCES.length);
  });

  it('show a file to a live interval with its next poll', async () => {
    const [late] = plan.files.filter(({ path }) => path.includes('Dispatch_SCADA'));
    site = await startLookalikeSite({ port: 0, files: plan.files.filter((file) => file !== late) });
    const source = sourceOf(site);
    const range = { start: FROM, end: isoSeconds(Date.parse(FROM) + FIVE_MINUTES_MS) };
    now_ms = Date.parse(FROM) + 20_000;
    const missing = async () =>
      (await source.listFiles({ range, lookBack_ms: 0, since_ms: 0 }, signal)).missing.length;
    expect(await missing()).toBe(1);
    site.publish(late!);
    now_ms += 10_000;
    expect(await missing()).toBe(0);
  });

  it('find a folder of duplicates as soon as it is listed', async () => {
    site = await startLookalikeSite({ port: 0, files: plan.files });
    const source = sourceOf(site);
    const range = { start: FROM, end: TO };
    const count = async () =>
      (await source.listFiles({ range, lookBack_ms: 0, since_ms: 0 }, signal)).files.length;
    const before = await count();
    const [file] = plan.files.filter(({ path }) => path.includes('Dispatch_SCADA'));
    site.publish({ ...file!, path: file!.path.replace('Dispatch_SCADA/', 'Dispatch_SCADA/DUPLICATE/') });
    now_ms += 10_000;
    expect(await count()).toBe(before + 1);
  });
});
