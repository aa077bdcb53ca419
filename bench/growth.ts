import { pipelineNamed } from '../pipelines/registry';
import { say } from '../cli/support/output';
import type { BenchStack } from './benchStack';
import { measureIntervals, type IntervalTiming } from './latency';
import { withLiveMarket } from './liveMarket';
import { detail, figure, median, type Figure } from './report';
import { runSparkScript } from './sparkScript';
import { medianSteps } from './steps';

const RATIO_AIM = 1.2;
const YEAR_DAYS = 365;
/** Interval 0 makes the tables, one warms up before each round. */
const COUNTED = 6;

interface Filled {
  tables: number;
  rows: number;
  snapshots: number;
  seconds: number;
}

/**
 * The refine run of an interval on a lake that holds a year, to one on a lake that holds minutes; same stack,
 * one after the other.
 */
export async function measureGrowth(stack: BenchStack): Promise<Figure> {
  const round = (first: number): number[] => Array.from({ length: COUNTED + 1 }, (_, index) => first + index);
  return withLiveMarket(stack, 2 * (COUNTED + 1) + 1, async (market) => {
    const [, ...small] = await measureIntervals(market, round(1));
    say('  giving the lake a year');
    const filled = await giveYear(stack);
    const [, ...large] = await measureIntervals(market, round(COUNTED + 2));
    const [before_s, after_s] = [wall_s(small), wall_s(large)];
    return figure(
      'h',
      { name: 'refine run on a year of data, to one on minutes', value: after_s / before_s, unit: 'x' },
      { at_most: RATIO_AIM },
      [
        detail('refine run before', before_s, 's'),
        detail('refine run after', after_s, 's'),
        detail('rows given', filled.rows, 'rows'),
        ...stepsOf('before', small),
        ...stepsOf('after', large),
      ],
      [
        `medians of ${COUNTED} runs each, after one not counted; ${filled.tables} tables ` +
          `got ${YEAR_DAYS} days in ${filled.seconds} s by Spark alone, a file or two a day ` +
          `and table (one for the tables of ops), and each the ${filled.snapshots} snapshots ` +
          'that upkeep leaves of a table that every run writes',
      ],
    );
  });
}

/** What a year of runs leaves, with upkeep once a day: it keeps the snapshots of the last days. */
function giveYear({ config }: BenchStack): Promise<Filled> {
  return runSparkScript<Filled>(config, 'simulatedYear.py', [
    '--days',
    String(YEAR_DAYS),
    '--snapshot-days',
    String(config.SNAPSHOT_DAYS),
    '--real',
    String(COUNTED + 2),
    '--tables',
    pipelineNamed('nem').outputs.join(','),
  ]);
}

function wall_s(timings: readonly IntervalTiming[]): number {
  return median(timings.map(({ wall_ms }) => wall_ms)) / 1000;
}

function stepsOf(when: string, timings: readonly IntervalTiming[]) {
  return medianSteps(timings.map(({ run }) => run)).map((line) => ({
    ...line,
    name: `${when}: ${line.name}`,
  }));
}
