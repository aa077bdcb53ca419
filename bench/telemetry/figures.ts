import type { RefineResult } from '../../core/runs';
import { detail, figure, median, type Detail, type Figure } from '../report';
import { medianRun_s, medianSteps, shareOfSteps } from '../steps';
import type { LagVerdict } from './bounded';
import type { Load } from './load';

const RATE_AIM = 20_000;
const DELAY_AIM_S = 60;
/** Slower producers measure themselves, not the lake. */
const SENT_SHARE_MIN = 0.95;
const GIB = 2 ** 30;

/** What became of one load. */
export interface Loaded extends Load {
  sent: number;
  took_ms: number;
  verdict: LagVerdict;
  drain_ms: number;
  delays: { records: number; median_ms: number; p95_ms: number };
  runs: RefineResult[];
  memory_bytes: number;
}

/** Producers that are slower than the rate send all of it later. */
export function holds({ rate, sent, took_ms, verdict }: Loaded): boolean {
  return verdict.isBounded && (1000 * sent) / took_ms >= SENT_SHARE_MIN * rate;
}

export function lineOf(load: Loaded): string {
  const { rate, sent, verdict, drain_ms, delays, runs } = load;
  return (
    `${rate} records/s: ${holds(load) ? 'bounded' : 'NOT bounded'}, ${sent} sent, lag ${verdict.middle} then ` +
    `${verdict.last}, drained in ${(drain_ms / 1000).toFixed(0)} s, ${runs.length} runs of ` +
    `${batch(runs)}, send to SQL ${(delays.median_ms / 1000).toFixed(1)} s`
  );
}

function batch(runs: readonly RefineResult[]): number {
  return runs.length === 0 ? 0 : median(runs.map(({ records }) => records));
}

export function delayFigure(load: Loaded): Figure {
  const { delays } = load;
  return figure(
    'k',
    { name: `telemetry, send to SQL at ${load.rate}/s, median`, value: delays.median_ms / 1000, unit: 's' },
    { at_most: DELAY_AIM_S },
    [
      detail('95 % of records', delays.p95_ms / 1000, 's'),
      detail('records on main', delays.records, ''),
      ...detailsOf(load),
    ],
    [
      `${load.seconds} s of load; from Kafka's time of a record to the first look at which main's ledger has it`,
      'main is looked at once a second; runs by the schedule refine-iot, gates and gold on',
    ],
  );
}

export function rateFigure(
  best: number,
  tried: readonly Loaded[],
  all: readonly Loaded[],
  peaks: Detail[],
): Figure {
  const shown = tried.find(({ rate }) => rate === best) ?? tried[0]!;
  return figure(
    'k',
    { name: 'telemetry, highest rate with bounded lag', value: best, unit: 'rows/s' },
    { at_least: RATE_AIM },
    [
      ...tried.flatMap((load) => [
        detail(`${load.rate}/s: acknowledged`, (1000 * load.sent) / load.took_ms, 'rows/s'),
        detail(`${load.rate}/s: highest lag, second third`, load.verdict.middle, ''),
        detail(`${load.rate}/s: highest lag, last third`, load.verdict.last, ''),
        detail(`${load.rate}/s: median batch`, batch(load.runs), ''),
        detail(`${load.rate}/s: send to SQL, median`, load.delays.median_ms / 1000, 's'),
      ]),
      ...detailsOf(shown),
      ...all.map((load) => detail(`memory after ${load.rate}/s`, load.memory_bytes / GIB, 'GiB')),
      ...peaks,
    ],
    [
      `${shown.seconds} s at each rate, then all is drained; bounded: the highest lag of the last third is at ` +
        'most 1.2 times that of the second, and the producers kept the rate',
      'producers, Kafka, Spark, Trino and all else on the same cores; gates and gold on',
      `steps are those of ${shown.rate}/s`,
    ],
  );
}

function detailsOf({ runs, drain_ms }: Loaded): Detail[] {
  if (runs.length === 0) return [detail('runs', 0, '')];
  const steps = medianSteps(runs);
  return [
    detail('runs', runs.length, ''),
    detail('batch, median', batch(runs), ''),
    detail('batch, largest', Math.max(...runs.map(({ records }) => records)), ''),
    detail('run, median', medianRun_s(runs), 's'),
    detail('drained after the load within', drain_ms / 1000, 's'),
    ...steps,
    ...shareOfSteps(steps),
  ];
}
