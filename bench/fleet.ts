import fs from 'node:fs';
import path from 'node:path';
import { runOwn } from '../cli/support/ownCommand';
import { regionMetadataCsv, unitMetadataCsv } from '../pipelines/nem/demo/metadataCsv';
import { publishPlan } from '../pipelines/nem/demo/plan';
import type { BenchStack } from './benchStack';

/** Loads the look-alike market's units and regions, as an operator would. They are the same on every day. */
export async function loadFleet({ config, own }: BenchStack): Promise<void> {
  const { units } = publishPlan({ fromNem: '2026-10-01 00:00', intervals: 1, oddities: [] });
  const [unitFile, regionFile] = [path.join(config.home, 'units.csv'), path.join(config.home, 'regions.csv')];
  fs.writeFileSync(unitFile, unitMetadataCsv(units));
  fs.writeFileSync(regionFile, regionMetadataCsv());
  await runOwn(own, ['metadata', 'load', '--unit-csv', unitFile, '--region-csv', regionFile]);
}
