import fs from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../settings/config';
import { portsFrom, PORT_SPAN } from '../../settings/ports';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { expectedTotals } from '../../pipelines/nem/demo/expectedTotals';
import { regionMetadataCsv, unitMetadataCsv } from '../../pipelines/nem/demo/metadataCsv';
import { FURTHER_REPORTS } from '../../pipelines/nem/demo/furtherReports';
import { openLookalike } from '../../pipelines/nem/demo/open';
import { INTERVAL_MS } from '../../pipelines/nem/demo/nemStamp';
import type { Plan } from '../../pipelines/nem/demo/plan';
import { printDemoSummary } from '../support/demoSummary';
import { runOwn, type OwnRun } from '../support/ownCommand';
import { say } from '../support/output';

interface DemoOptions {
  live?: boolean;
  data?: string;
  stop?: boolean;
}

/** Two hours of intervals, in the middle of a summer day so that the sun is up. */
const DEMO_FROM_NEM = '2026-11-20 11:00';
const DEMO_INTERVALS = 24;
/** The demo serves the site itself, so requests may be more frequent than to a public one. */
const OWN_SITE_PACE = { NEM_REQUESTS_PER_SECOND: '50' };
/** Interval of the real sample files: 27 December 2025, 00:00 to 00:05 market time. */
const REAL_SAMPLE = ['--from', '2025-12-27T00:00:00+10:00', '--to', '2025-12-27T00:05:00+10:00'];

export function register(program: Command): void {
  program
    .command('demo')
    .summary('the whole system on two hours of data')
    .description(
      'Starts a stack of its own, serves two hours of market files over HTTP, ingests, refines ' +
        'and merges them, and asks the lake about them.',
    )
    .option('--data <folder>', 'serve real published files from this folder instead of simulated ones')
    .option('--live', "use the market operator's public site")
    .option('--stop', 'stop the stack at the end')
    .action((options: DemoOptions) => demo(options));
}

async function demo(options: DemoOptions): Promise<void> {
  const config = readConfig();
  const base = config.CURRENTS_PORT_BASE + PORT_SPAN;
  const home = path.join(config.home, 'demo');
  const isSimulated = !options.live && !options.data;
  const opened = options.live
    ? null
    : await openLookalike({
        port: portsFrom(base).site,
        data: options.data,
        fromNem: DEMO_FROM_NEM,
        intervals: DEMO_INTERVALS,
        furtherReports: FURTHER_REPORTS,
      });
  const environment = {
    CURRENTS_HOME: home,
    CURRENTS_PORT_BASE: String(base),
    CURRENTS_SIMULATED: String(isSimulated),
    ...(opened ? { API_URL: opened.site.url, ...OWN_SITE_PACE } : {}),
  };
  const own: OwnRun = { environment, say };
  say(
    isSimulated
      ? 'The data of this demo is SIMULATED; its lake is apart from every other.'
      : `The data of this demo is real: ${options.live ? config.API_URL : options.data}`,
  );
  try {
    await runOwn(own, ['down', '--volumes', '--yes']);
    await runOwn(own, ['up']);
    await loadMetadata(own, home, opened?.plan ?? null, options.data);
    await ingestDayAfter(own, opened?.plan ?? null);
    const result = await runOwn(own, ['run', 'nem', ...rangeOf(options, opened?.plan ?? null), '--json']);
    const expected = opened?.plan ? expectedTotals(opened.plan) : null;
    const isRight = await printDemoSummary(own, JSON.parse(result) as Record<string, unknown>, expected);
    process.exitCode = isRight ? 0 : 1;
  } finally {
    await opened?.site.close();
    if (options.stop) await runOwn(own, ['down']);
  }
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
async function ingestDayAfter(own: OwnRun, plan: Plan | null): Promise<void> {
  const files = plan?.files.filter(({ report }) => report === 'NEXT_DAY_DISPATCH') ?? [];
  for (const { interval_end_nem_ms: end_nem_ms } of files)
    await runOwn(own, [
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
  own: OwnRun,
  home: string,
  plan: Plan | null,
  data: string | undefined,
): Promise<void> {
  if (!plan) {
    const workbook = data ? path.join(data, 'reference', 'NEM-Registration-and-Exemption-List.xlsx') : null;
    await runOwn(own, ['metadata', 'load', ...(workbook ? ['--workbook', workbook] : [])]);
    return;
  }
  const [units, regions] = [path.join(home, 'units.csv'), path.join(home, 'regions.csv')];
  await fs.writeFile(units, unitMetadataCsv(plan.units));
  await fs.writeFile(regions, regionMetadataCsv());
  await runOwn(own, [
    'metadata',
    'load',
    '--unit-csv',
    path.relative(repositoryRoot(), units),
    '--region-csv',
    path.relative(repositoryRoot(), regions),
  ]);
}
