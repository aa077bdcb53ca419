import fs from 'node:fs/promises';
import path from 'node:path';
import type { Demo, DemoOptions, DemoStage, OpenDemo } from '../../../core/demo';
import { readConfig } from '../../../settings/config';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { expectedTotals } from './expectedTotals';
import { FURTHER_REPORTS } from './furtherReports';
import { regionMetadataCsv, unitMetadataCsv } from './metadataCsv';
import { INTERVAL_MS } from './nemStamp';
import { openLookalike } from './open';
import type { Plan } from './plan';
import { printDemoSummary } from './summary';

/** Two hours of intervals, in the middle of a summer day so that the sun is up. */
const DEMO_FROM_NEM = '2026-11-20 11:00';
const DEMO_INTERVALS = 24;
/** The demo serves the site itself, so requests may be more frequent than to a public one. */
const OWN_SITE_PACE = { NEM_REQUESTS_PER_SECOND: '50' };
/** Interval of the real sample files: 27 December 2025, 00:00 to 00:05 market time. */
const REAL_SAMPLE = ['--from', '2025-12-27T00:00:00+10:00', '--to', '2025-12-27T00:05:00+10:00'];
const QUERY_TO_TRY =
  'query "select region_id, solar_share, coal_percent, price_aud_per_mwh ' +
  'from nem_gold.region_interval order by trading_interval desc limit 5"';

/** Market files of two hours: simulated ones, real ones of a folder, or those of the operator's site. */
export const demo: Demo = { open };

async function open(options: DemoOptions, sitePort: number): Promise<OpenDemo> {
  const { live, data } = options;
  const opened = live
    ? null
    : await openLookalike({
        port: sitePort,
        data,
        fromNem: DEMO_FROM_NEM,
        intervals: DEMO_INTERVALS,
        furtherReports: FURTHER_REPORTS,
      });
  const plan = opened?.plan ?? null;
  return {
    environment: opened ? { API_URL: opened.site.url, ...OWN_SITE_PACE } : {},
    isSimulated: !live && !data,
    source: live ? readConfig().API_URL : data,
    tryNext: [QUERY_TO_TRY],
    play: (stage) => play(stage, options, plan),
    close: async () => opened?.site.close(),
  };
}

async function play(stage: DemoStage, options: DemoOptions, plan: Plan | null): Promise<boolean> {
  await loadMetadata(stage, plan, options.data);
  await ingestDayAfter(stage, plan);
  const result = await stage.currents(['run', 'nem', ...rangeOf(options, plan), '--json']);
  const expected = plan ? expectedTotals(plan) : null;
  return printDemoSummary(stage, JSON.parse(result) as Record<string, unknown>, expected);
}

/** The range for `currents run`: the plan's two hours, the real sample, or live the newest half hour. */
function rangeOf({ live }: DemoOptions, plan: Plan | null): string[] {
  if (live) return [];
  if (!plan) return REAL_SAMPLE;
  return between(plan.from_nem_ms, plan.from_nem_ms + plan.intervals * INTERVAL_MS);
}

function between(from_nem_ms: number, to_nem_ms: number): string[] {
  const wallClock = (nem_ms: number): string => `${new Date(nem_ms).toISOString().slice(0, 19)}+10:00`;
  return ['--from', wallClock(from_nem_ms), '--to', wallClock(to_nem_ms)];
}

/** Targets of units come the day after, with the interval that ends their trading day. */
async function ingestDayAfter({ currents }: DemoStage, plan: Plan | null): Promise<void> {
  const files = plan?.files.filter(({ report }) => report === 'NEXT_DAY_DISPATCH') ?? [];
  for (const { interval_end_nem_ms: end_nem_ms } of files)
    await currents([
      'run',
      'nem',
      ...between(end_nem_ms - INTERVAL_MS, end_nem_ms),
      '--ingest-only',
      '--json',
    ]);
}

/**
 * The simulated fleet comes as CSV, real files go with the operator's registration list of the same folder.
 */
async function loadMetadata(
  { currents, home }: DemoStage,
  plan: Plan | null,
  data: string | undefined,
): Promise<void> {
  if (!plan) {
    const workbook = data ? path.join(data, 'reference', 'NEM-Registration-and-Exemption-List.xlsx') : null;
    await currents(['metadata', 'load', ...(workbook ? ['--workbook', workbook] : [])]);
    return;
  }
  const [units, regions] = [path.join(home, 'units.csv'), path.join(home, 'regions.csv')];
  await fs.writeFile(units, unitMetadataCsv(plan.units));
  await fs.writeFile(regions, regionMetadataCsv());
  const shown = (file: string): string => path.relative(repositoryRoot(), file);
  await currents(['metadata', 'load', '--unit-csv', shown(units), '--region-csv', shown(regions)]);
}
