import fs from 'node:fs';
import path from 'node:path';
import { readConfig } from '../../../settings/config';
import { regionMetadataCsv, unitMetadataCsv } from '../../../pipelines/nem/demo/metadataCsv';
import { publishPlan, type Plan, type PlanOptions } from '../../../pipelines/nem/demo/plan';
import { currentPath } from '../../../pipelines/nem/demo/siteFile';
import { startLookalikeSite, type LookalikeSite } from '../../../pipelines/nem/demo/site';
import { currents, query } from './command';

/**
 * Keep two folders there that the site has only while something lies in them: the worker of all test files
 * remembers an absent one for an hour.
 */
const OF_OTHER_YEARS = [
  currentPath('NEXT_DAY_DISPATCH', 'PUBLIC_NEXT_DAY_DISPATCH_20200101_0000000000000001.zip'),
  currentPath('ROOFTOP_PV_FORECAST', 'PUBLIC_ROOFTOP_PV_FORECAST_20200101000000_0000000000000001.zip'),
].map((path) => ({ path, bytes: Buffer.alloc(0), published_nem_ms: Date.UTC(2020, 0, 1) }));

/** Starts the site that the test stack's API_URL points at. */
export async function openSite(): Promise<LookalikeSite> {
  return startLookalikeSite({ port: readConfig().ports.site, files: OF_OTHER_YEARS });
}

/** Publishes a stretch of simulated market; returns what `currents run` must be told and the plan. */
export function publish(site: LookalikeSite, options: PlanOptions): { plan: Plan; range: string[] } {
  const plan = publishPlan(options);
  for (const file of plan.files) site.publish(file);
  const clock = (intervals: number): string =>
    `${new Date(plan.from_nem_ms + intervals * 300_000).toISOString().slice(0, 19)}+10:00`;
  return { plan, range: ['--from', clock(0), '--to', clock(plan.intervals)] };
}

/** Loads the simulated units, unless the lake knows them. */
export async function loadFleet(plan: Plan): Promise<void> {
  if (await knowsUnits()) return;
  const home = process.env.CURRENTS_HOME!;
  const [units, regions] = [path.join(home, 'units.csv'), path.join(home, 'regions.csv')];
  fs.writeFileSync(units, unitMetadataCsv(plan.units));
  fs.writeFileSync(regions, regionMetadataCsv());
  const loaded = await currents(['metadata', 'load', '--unit-csv', units, '--region-csv', regions]);
  if (loaded.code !== 0)
    throw new Error(`expected the fleet to load, found exit ${loaded.code}: ${loaded.stderr}`);
}

async function knowsUnits(): Promise<boolean> {
  const tables = await query("show tables from nem like 'unit_metadata'");
  return tables.length > 0 && Number((await query('select count(*) as n from nem.unit_metadata'))[0]!.n) > 0;
}
