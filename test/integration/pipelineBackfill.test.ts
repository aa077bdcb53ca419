import { readConfig } from '../../settings/config';
import type { ReplayResult } from '../../core/deadLetters/deadLetters';
import { NessieClient } from '../../nessie/client';
import { archiveFiles } from '../../pipelines/nem/demo/archive';
import { expectedTotals } from '../../pipelines/nem/demo/expectedTotals';
import { monthlyFiles } from '../../pipelines/nem/demo/monthly';
import { DEMO_ODDITIES } from '../../pipelines/nem/demo/oddities';
import { publishPlan, type Plan } from '../../pipelines/nem/demo/plan';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import type { BackfillState } from '../../workflows/backfillState';
import type { ReloadResult } from '../../workflows/reloadLanding';
import { currents, json, query, type Row } from './support/command';
import { loadFleet, mainHash, openSite, publish } from './support/market';

jest.setTimeout(600_000);

const DAY = '2026-10-05';
const NEXT_DAY = '2026-10-06';
const MONTH = '2026-09-10';

/** What analysts see of a stretch, without the coordinates that say how it came. */
function sumsOf(day: string, environment: Record<string, string> = {}): Promise<Row[]> {
  const ofDay = `date(trading_interval) = date '${day}'`;
  return query(
    `
    select 'dispatch' as part, count(*) as n, round(sum(power_mw), 3) as total
      from nem.silver_dispatch_clean where ${ofDay}
    union all select 'region', count(*), round(sum(price_aud_per_mwh) + sum(demand_mw), 3)
      from nem.silver_region_clean where ${ofDay}
    union all select 'link', count(*), round(sum(mw_flow), 3) from nem.silver_interconnector_clean where ${ofDay}
    union all select 'fact', count(*), round(sum(power_mw), 3) from nem_gold.fact_dispatch where ${ofDay}
    order by 1`,
    environment,
  );
}

function backfill(
  range: string[],
  ...options: string[]
): Promise<{ code: number | null; body: BackfillState & { workflow_id: string } }> {
  return json(['backfill', ...range, '--yes', ...options]);
}

describe('backfilling the lake from archives', () => {
  let site: LookalikeSite;
  const nessie = new NessieClient(readConfig().nessieUrl);
  const day: Plan = publishPlan({
    fromNem: `${DAY} 10:00`,
    intervals: 24,
    oddities: DEMO_ODDITIES.filter(({ interval }) => interval < 24),
  });
  const dayRange = ['--from', `${DAY}T10:00:00+10:00`, '--to', `${DAY}T12:00:00+10:00`];

  beforeAll(async () => {
    site = await openSite();
    for (const file of archiveFiles(day)) site.publish(file);
    await loadFleet(day);
  });
  afterAll(() => site.close());

  it('fills a stretch that only the archive has, every row accounted for', async () => {
    const { code, body } = await backfill(dayRange);
    expect({ code, failures: body.failures }).toEqual({ code: 0, failures: [] });
    expect(body).toMatchObject({
      status: 'done',
      chunks: expect.any(Number) as number,
      archives_landed: body.archives,
      current: null,
    });
    const whole = { ...day, files: day.files.filter(({ path }) => !path.includes('/DUPLICATE/')) };
    const expected = expectedTotals(whole);
    const sums = await sumsOf(DAY);
    expect(Object.fromEntries(sums.map(({ part, n }) => [part, n]))).toEqual({
      dispatch: expected.silver.silver_dispatch_clean,
      region: expected.silver.silver_region_clean,
      link: expected.silver.silver_interconnector_clean,
      fact: expected.silver.silver_dispatch_clean,
    });
    const deadLetters = await query(
      'select reason, count(*) as n from nem_ops.dead_letters ' +
        `where source_file like '%${DAY.replaceAll('-', '')}%' group by reason`,
    );
    expect(Object.fromEntries(deadLetters.map(({ reason, n }) => [reason, n]))).toEqual(expected.deadLetters);
  });

  it('does nothing the second time, quickly, and says so', async () => {
    const before = await mainHash();
    const { code, body } = await backfill(dayRange);
    expect({ code, status: body.status }).toEqual({ code: 0, status: 'nothing_to_do' });
    expect(body.source_gaps).toBeGreaterThan(0);
    expect(await mainHash()).toBe(before);
    const { workflow_id: id, ...state } = body;
    expect(await json(['backfill', 'status', id])).toEqual({ code: 0, body: state });
    expect((await currents(['backfill', 'pause', id, '--reason', 'too late'])).code).toBe(2);
  });

  it('finds the bytes of its dead letters in the archive when they are replayed', async () => {
    const [deadLetter] = await query(
      "select source_file from nem_ops.dead_letters where stage = 'contract' " +
        `and source_file like '%${DAY.replaceAll('-', '')}%' limit 1`,
    );
    const { body } = await json<ReplayResult>([
      'deadletters',
      'replay',
      '--file',
      String(deadLetter!.source_file),
      '--by',
      'ada',
      '--reason',
      'seen in the archive',
    ]);
    expect(body).toMatchObject({ status: 'done', published: 0 });
    expect(body.failures.map(({ detail }) => detail)).toEqual(
      body.failures.map(() => expect.stringContaining('still rejected') as string),
    );
    expect(body.failures.length).toBeGreaterThan(0);
  });

  it('adds nothing when the same files come the live way', async () => {
    const before = await sumsOf(DAY);
    for (const file of day.files.filter(({ path }) => !path.includes('/DUPLICATE/'))) site.publish(file);
    expect((await json(['run', 'nem', ...dayRange])).code).toBe(0);
    expect(await sumsOf(DAY)).toEqual(before);
    const [keys] = await query(
      'select count(*) as n, count(distinct (source_sha256, source_line)) as keys from nem.bronze_dispatch',
    );
    expect(keys!.n).toBe(keys!.keys);
  });

  it('makes the day again from landing alone, on a branch that begins with nothing', async () => {
    const first = (await nessie.log({ name: 'main' }, { max: 10_000 })).at(-1)!;
    await nessie.createBranch('rebuilt', { name: 'main', hash: first.hash });
    const onBranch = { NESSIE_BRANCH: 'rebuilt' };
    const asked = site.requests.length;
    const { code, body } = await json<ReloadResult>(
      ['rebuild', '--from', `${DAY}T00:00:00+10:00`, '--to', `${NEXT_DAY}T00:00:00+10:00`],
      onBranch,
    );
    expect({ code, asked: site.requests.length }).toEqual({ code: 0, asked });
    expect(body.records).toBeGreaterThan(12_000);
    await json(['branch', 'diff', 'rebuilt']);
    expect(await sumsOf(DAY, onBranch)).toEqual(await sumsOf(DAY));
    const deadLetters = (environment = {}): Promise<Row[]> =>
      query(
        'select reason, source_file, count(*) as n from nem_ops.dead_letters ' +
          `where source_file like '%${DAY.replaceAll('-', '')}%' group by 1, 2 order by 1, 2`,
        environment,
      );
    expect(await deadLetters(onBranch)).toEqual(await deadLetters());
  });

  it('corrects a stretch on a branch, shows the difference, and merges it when told to', async () => {
    const before = await sumsOf(DAY);
    const { code, body } = await json<{ table: string; rows_before: number; rows_after: number }[]>([
      'revise',
      '--from',
      `${DAY}T10:00:00+10:00`,
      '--to',
      `${DAY}T12:00:00+10:00`,
      '--promote',
    ]);
    expect(code).toBe(0);
    const bronze = body.find(({ table }) => table === 'nem.bronze_dispatch')!;
    expect(bronze.rows_after).toBe(bronze.rows_before);
    expect(await sumsOf(DAY)).toEqual(before);
  });

  it("agrees with the month's tables of the same intervals, under the stated rule", async () => {
    const { plan, range } = publish(site, { fromNem: `${MONTH} 10:00`, intervals: 6, oddities: [] });
    expect((await json(['run', 'nem', ...range])).code).toBe(0);
    const before = await sumsOf(MONTH);
    for (const file of monthlyFiles(plan, 'archive')) site.publish(file);
    const { code, body } = await backfill(range, '--mode', 'all', '--chunk', '31');
    expect({ code, archives: body.archives, records: body.records > 3000 }).toEqual({
      code: 0,
      archives: 4,
      records: true,
    });
    expect(await sumsOf(MONTH)).toEqual(before);
  });
});
