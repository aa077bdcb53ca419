import type { Client } from '@temporalio/client';
import fs from 'node:fs';
import path from 'node:path';
import { NessieClient } from '../../../nessie/client';
import { readConfig } from '../../../settings/config';
import { connectClient } from '../../../workers/connectClient';
import { regionMetadataCsv, unitMetadataCsv } from '../../../pipelines/nem/demo/metadataCsv';
import { publishPlan, type Plan, type PlanOptions } from '../../../pipelines/nem/demo/plan';
import { startLookalikeSite, type LookalikeSite } from '../../../pipelines/nem/demo/site';
import { currents, query } from './command';

/** Starts the site that the test stack's API_URL points at. */
export async function openSite(): Promise<LookalikeSite> {
  return startLookalikeSite({ port: readConfig().ports.site });
}

/** Opens the site and a connection to Temporal before the tests of a block, and closes them after. */
export function atSite(take: (site: LookalikeSite, client: Client) => void): void {
  let close: () => Promise<unknown> = async () => undefined;
  beforeAll(async () => {
    const [site, { client, connection }] = [await openSite(), await connectClient(readConfig())];
    close = () => Promise.all([connection.close(), site.close()]);
    take(site, client);
  });
  afterAll(() => close());
}

/** Head of main, which moves only by merges. */
export async function mainHash(): Promise<string> {
  return (await new NessieClient(readConfig().nessieUrl).getReference('main')).hash;
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
