import { runOwn } from '../cli/support/ownCommand';
import { TrinoClient } from '../trino/client';
import type { BenchStack } from './benchStack';
import { detail, figure, median, type Detail, type Figure } from './report';
import { runSparkScript } from './sparkScript';

const RATIO_AIM = 1.2;
/** A whole scan before upkeep takes half a minute. */
const ROUNDS = { before: 3, after: 21 };
const USED = 'nem.silver_dispatch_clean';
const FRESH = 'nem.bench_fresh';

/** What analysts ask most: a day's mix, the whole stretch by unit, one moment. */
const QUERIES: Record<string, (table: string) => string> = {
  'a day by fuel': (table) =>
    `select fuel_type, avg(power_mw) from ${table} where trading_date = date '2026-09-01' group by 1`,
  'all by unit': (table) =>
    `select unit_id, sum(power_mw), max(power_mw) from ${table} group by 1 order by 2 desc limit 10`,
  'one interval': (table) =>
    `select sum(power_mw) from ${table} where trading_date = date '2026-09-01' ` +
    "and trading_interval = timestamp '2026-09-01 18:00:00'",
};

type Times = Record<string, number>;

/**
 * The slowest of the queries on a table after a stretch of 5-minute commits and one upkeep, to the same rows
 * freshly written.
 */
export async function measureUpkeep(stack: BenchStack, days: number): Promise<Figure> {
  const { commits, seconds } = await runSparkScript<{ commits: number; seconds: number }>(
    stack.config,
    'simulatedMonth.py',
    ['commits', '--days', String(days)],
  );
  await runSparkScript(stack.config, 'simulatedMonth.py', ['fresh']);
  const [filesBefore, [before]] = [await filesOf(stack), await queryTimes(stack, ROUNDS.before)];
  const started_ms = Date.now();
  await runOwn(stack.own, ['upkeep', '--json']);
  const upkeep_s = (Date.now() - started_ms) / 1000;
  const [filesAfter, [after, fresh]] = [await filesOf(stack), await queryTimes(stack, ROUNDS.after)];
  const ratios = Object.keys(QUERIES).map((name) => after[name]! / fresh[name]!);
  return figure(
    'g',
    {
      name: `slowest query after ${days} days and upkeep, to a fresh table`,
      value: Math.max(...ratios),
      unit: 'x',
    },
    { at_most: RATIO_AIM },
    [
      detail('5-minute commits', commits, ''),
      detail('files before upkeep', filesBefore, ''),
      detail('files after it', filesAfter, ''),
      detail('upkeep, typed to done', upkeep_s, 's'),
      ...Object.keys(QUERIES).flatMap((name) =>
        timesOf(name, { 'before upkeep': before, 'after it': after, fresh }),
      ),
    ],
    [
      `commits took ${seconds} s by Spark alone; dated over the days before now; upkeep ` +
        'leaves the last hour to live runs',
      `medians of ${ROUNDS.after} rounds, ${ROUNDS.before} before upkeep, after one not ` +
        'counted; both tables in turn',
    ],
  );
}

function timesOf(query: string, columns: Record<string, Times>): Detail[] {
  return Object.entries(columns).map(([name, times]) =>
    detail(`${query}: ${name}`, times[query]! / 1000, 's'),
  );
}

/** Of the used and the fresh table, asked in turn: what the machine does meanwhile falls on both. */
async function queryTimes({ config }: BenchStack, rounds: number): Promise<[used: Times, fresh: Times]> {
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'bench',
    source: 'currents-bench',
    catalog: 'lake',
  });
  const medians: [Times, Times] = [{}, {}];
  for (const [name, sql] of Object.entries(QUERIES)) {
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round += 1) {
      times[0].push(await milliseconds(() => trino.runQuery(sql(USED))));
      times[1].push(await milliseconds(() => trino.runQuery(sql(FRESH))));
    }
    for (const [index, taken] of times.entries()) medians[index]![name] = median(taken.slice(1));
  }
  return medians;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started_ms = performance.now();
  await work();
  return performance.now() - started_ms;
}

async function filesOf({ config }: BenchStack): Promise<number> {
  const trino = new TrinoClient({
    server: config.trinoUrl,
    user: 'bench',
    source: 'currents-bench',
    catalog: 'lake',
  });
  return Number((await trino.runQuery('select count(*) from nem."silver_dispatch_clean$files"')).rows[0]![0]);
}
