import { readConfig } from '../../settings/config';
import { savedQuery } from '../../cli/support/savedQueries';
import { savedQueryFiles } from '../../cli/support/savedQueryFiles';
import { expectedTotals } from '../../pipelines/nem/demo/expectedTotals';
import { FURTHER_REPORTS } from '../../pipelines/nem/demo/furtherReports';
import type { Plan } from '../../pipelines/nem/demo/plan';
import { publishedFilesIn } from '../../pipelines/nem/demo/realFiles';
import type { LookalikeSite } from '../../pipelines/nem/demo/site';
import { TrinoClient } from '../../trino/client';
import { itReal, MARKET_FILES } from '../realData';
import { currents, json, query } from './support/command';
import { loadFleet, mainHash, openSite, publish } from './support/market';

jest.setTimeout(600_000);

interface RunJson {
  status: string;
  run_id: string;
  code?: string;
  hint?: string;
  merge_hash: string | null;
  dead_letters: number;
  quarantined: number;
  missing: string[];
}

const FROM = '2026-11-20 11:00';
/** The lake is shared with the other files, which keep to days of their own. */
const OF_DAY = "date(trading_interval) = date '2026-11-20'";

/** Targets of units are published with the interval that ends their day; the next run refines them. */
async function ingestDayAfter(plan: Plan): Promise<void> {
  const before = await mainHash();
  const range = ['--from', '2026-11-21T03:55:00+10:00', '--to', '2026-11-21T04:00:00+10:00'];
  const { code, body } = await json<RunJson>(['run', 'nem', ...range, '--ingest-only']);
  const { rows_in: rows } = expectedTotals(plan).tables.unit_solution;
  expect({ code, body }).toMatchObject({ code: 0, body: { status: 'ingested', files: 1, rows } });
  expect([body.missing.length, await mainHash()]).toEqual([2, before]);
}

/** The tests of this file build on one another, as a day of use does. */
describe('the NEM pipeline on a real stack', () => {
  let site: LookalikeSite;
  const analyst = new TrinoClient({
    server: readConfig().trinoUrl,
    user: 'analyst',
    source: 'pipeline-test',
    catalog: 'lake',
  });

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site.close());

  it('brings two hours of an odd market into the lake, every row accounted for', async () => {
    const { plan, range } = publish(site, {
      fromNem: FROM,
      intervals: 24,
      furtherReports: FURTHER_REPORTS,
    });
    await loadFleet(plan);
    await ingestDayAfter(plan);
    const run = await json<RunJson>(['run', 'nem', ...range]);
    expect(run).toMatchObject({ code: 0, body: { status: 'merged' } });

    const expected = expectedTotals(plan);
    const [silver] = await query(`
      select (select count(*) from nem.silver_dispatch_clean where ${OF_DAY}) as dispatch,
             (select count(*) from nem.silver_region_clean where ${OF_DAY}) as region,
             (select count(*) from nem.silver_interconnector_clean where ${OF_DAY}) as interconnector,
             (select count(*) from nem.silver_rooftop_clean where ${OF_DAY}) as rooftop,
             (select round(sum(power_mw), 3) from nem.silver_dispatch_clean where ${OF_DAY}) as power,
             (select count(*) from nem.bronze_dispatch where ${OF_DAY}) as bronze,
             (select count(*) from nem_gold.fact_dispatch where ${OF_DAY}) as fact`);
    expect(silver).toEqual({
      dispatch: expected.silver.silver_dispatch_clean,
      region: expected.silver.silver_region_clean,
      interconnector: expected.silver.silver_interconnector_clean,
      rooftop: expected.silver.silver_rooftop_clean,
      power: Math.round(expected.power_mw_sum * 1000) / 1000,
      bronze: expected.tables.dispatch.bronze_rows,
      fact: expected.silver.silver_dispatch_clean,
    });
    const [further] = await query(`
      select (select count(*) from nem.silver_trading_price_clean where ${OF_DAY}) as trading_price,
             (select count(*) from nem.silver_unit_solution_clean where ${OF_DAY}) as unit_solution,
             (select count(*) from nem.silver_price_forecast where ${OF_DAY}) as price_forecast,
             (select count(*) from nem.silver_rooftop_forecast) as rooftop_forecast,
             (select count(*) from nem.bronze_unit_solution where ${OF_DAY}) as targets`);
    expect(further).toEqual({
      trading_price: expected.silver.silver_trading_price_clean,
      unit_solution: expected.silver.silver_unit_solution_clean,
      price_forecast: expected.silver.silver_price_forecast,
      rooftop_forecast: expected.silver.silver_rooftop_forecast,
      targets: expected.tables.unit_solution.bronze_rows,
    });
    const deadLetters = await query(
      "select reason, count(*) as n from nem_ops.dead_letters where source_file like '%_20261120%' group by reason",
    );
    expect(Object.fromEntries(deadLetters.map(({ reason, n }) => [reason, n]))).toEqual(expected.deadLetters);
  });

  it('says of its columns what they hold', async () => {
    const columns = await query('show columns from nem.silver_region_clean');
    expect(columns.find((row) => row.Column === 'price_aud_per_mwh')).toMatchObject({
      Comment: expect.stringMatching(/\(AUD\/MWh\)$/) as string,
    });
    expect(columns.filter((row) => row.Comment === '')).toEqual([]);
  });

  it("joins the unit's metadata, keeps an unknown unit, and leaves a missing interval a gap", async () => {
    const unknown = await query(
      "select distinct unit_id, fuel_type, station_name from nem.silver_dispatch_clean where fuel_type = 'unknown'",
    );
    expect(unknown).toEqual([{ unit_id: 'SIM_UNKNOWN01', fuel_type: 'unknown', station_name: null }]);
    expect(
      await query(
        "select count(*) as n from nem_gold.fact_dispatch where trading_interval = timestamp '2026-11-20 12:15:00'",
      ),
    ).toEqual([{ n: 0 }]);
  });

  it('keeps shares between 0 and 100 and equal to their definition', async () => {
    const [wrong] = await query(`
      with recomputed as (
        select trading_interval, region_id,
               100e0 * sum(if(fuel_type = 'solar', greatest(power_mw, 0), 0))
                 / nullif(sum(greatest(power_mw, 0)), 0) as solar_share,
               100e0 * sum(if(fuel_type = 'coal', greatest(power_mw, 0), 0))
                 / nullif(sum(greatest(power_mw, 0)), 0) as coal_percent
        from nem.silver_dispatch_clean
        where fuel_type not in ('unknown', 'load') and dispatch_type <> 'LOAD' group by 1, 2)
      select count(*) as n from recomputed join nem_gold.region_interval using (trading_interval, region_id)
      where abs(recomputed.solar_share - region_interval.solar_share) > 1e-6
         or abs(recomputed.coal_percent - region_interval.coal_percent) > 1e-6
         or region_interval.solar_share not between 0 and 100`);
    expect(wrong).toEqual({ n: 0 });
  });

  it('does nothing, and says so, when run again', async () => {
    const before = await mainHash();
    const { range } = publish(site, { fromNem: FROM, intervals: 24 });
    const again = await json<RunJson>(['run', 'nem', ...range]);
    expect(again).toMatchObject({ code: 0, body: { status: 'nothing_new' } });
    expect(await mainHash()).toBe(before);
  });

  it('serves two runs at once without a row twice', async () => {
    const first = publish(site, { fromNem: '2026-11-20 13:00', intervals: 2, oddities: [] });
    const second = publish(site, { fromNem: '2026-11-20 13:10', intervals: 2, oddities: [] });
    const runs = await Promise.all(
      [first, second].map(({ range }) => json<RunJson>(['run', 'nem', ...range])),
    );
    expect(runs.map(({ code, body }) => ({ code, missing: body.missing }))).toEqual([
      { code: 0, missing: [] },
      { code: 0, missing: [] },
    ]);
    const [keys] = await query(
      'select count(*) as n, count(distinct (trading_interval, unit_id)) as keys from nem.silver_dispatch_clean',
    );
    expect(keys!.n).toBe(keys!.keys);
    const [after] = await query(
      'select count(distinct trading_interval) as n from nem.silver_dispatch_clean ' +
        "where trading_interval > timestamp '2026-11-20 13:00:00' " +
        "and date(trading_interval) = date '2026-11-20'",
    );
    expect(after).toEqual({ n: 4 });
  });

  itReal("reads the market operator's own files", async () => {
    for (const file of publishedFilesIn(MARKET_FILES)) site.publish(file);
    const run = await json<RunJson>([
      'run',
      'nem',
      '--from',
      '2025-12-27T00:00:00+10:00',
      '--to',
      '2025-12-27T00:05:00+10:00',
    ]);
    expect(run).toMatchObject({ code: 0, body: { status: 'merged' } });
    const [real] = await query(
      'select count(*) as units, count_if(power_mw < 0) as negative from nem.silver_dispatch_clean ' +
        "where trading_interval = timestamp '2025-12-27 00:05:00'",
    );
    expect(real).toEqual({ units: 493, negative: 39 });
    expect(
      await query(
        'select count(*) as regions from nem.silver_region_clean ' +
          "where trading_interval = timestamp '2025-12-27 00:05:00' and price_aud_per_mwh is not null " +
          'and demand_mw is not null',
      ),
    ).toEqual([{ regions: 5 }]);
  });

  it('shows saved queries, formats and nothing but reading to analysts', async () => {
    // As the command reads and asks them, which would be a process for each.
    const failed: string[] = [];
    for (const name of savedQueryFiles().keys())
      await analyst
        .runQuery(await savedQuery(name, analyst))
        .catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
    expect(failed).toEqual([]);
    const saved = await currents(['query', '--format', 'csv', '@nem/top_units']);
    expect(saved).toMatchObject({ code: 0, stdout: expect.stringMatching(/unit_id/) });
    const table = await currents(['query', '--format', 'table', 'select 1 as one']);
    expect(table.stdout).toBe('one\n---\n  1\n(1 rows)\n');
    const write = await currents(['query', 'delete from nem.silver_dispatch_clean']);
    expect(write.code).toBe(2);
    expect(write.stderr).toMatch(/Access Denied|denied/i);
  });
});
