import { randomFor, type Random } from '../../pipelines/nem/demo/random';
import {
  backfillFaults,
  describeBackfillFault,
  isBackfillFault,
  type BackfillFault,
} from './backfill/backfillFaults';
import { STEPS, type Point } from './points';
import { VICTIMS, type Victim } from './victims';

/**
 * What disturbs a live run. `step` and `delay_ms` say when: so long after the step was scheduled, or after
 * the start when there is none.
 */
export interface RunFault {
  kind: 'kill' | 'kill twice' | 'kill at a random time' | 'kill two at once' | SpecialKind;
  victim?: Victim;
  second?: Victim;
  step?: Point;
  delay_ms: number;
}

/** What disturbs a trial. */
export type Fault = RunFault | BackfillFault;

export const SPECIAL_KINDS = [
  'lost answer of the merge',
  'worker killed when main moves',
  'answers cut',
  'slow S3',
  'slow Nessie',
  'same workflow started twice',
  'two workers',
  'landing disk full',
  'Kafka disk full',
  'Kafka down for long',
  'clock step',
  'Temporal stopped and started',
  'power loss',
] as const;
/** They come in pairs: what the first leaves is what the second meets. */
const CLOCK_AHEAD_KINDS = ['clock ahead for a whole run', 'clock right again, tables dated ahead'] as const;
export type SpecialKind = (typeof SPECIAL_KINDS)[number] | (typeof CLOCK_AHEAD_KINDS)[number];

/** One trial: market of its own day, one disturbance. */
export interface Trial {
  /** Position in the seed's order, from 0; also the market day it uses. */
  number: number;
  seed: number;
  fault: Fault;
}

/** How often each special kind is in the long form. */
const SPECIAL_TIMES: Record<(typeof SPECIAL_KINDS)[number], number> = {
  'lost answer of the merge': 4,
  'worker killed when main moves': 4,
  'answers cut': 4,
  'slow S3': 3,
  'slow Nessie': 2,
  'same workflow started twice': 4,
  'two workers': 4,
  'landing disk full': 2,
  'Kafka disk full': 2,
  'Kafka down for long': 2,
  'clock step': 4,
  'Temporal stopped and started': 3,
  'power loss': 3,
};
/** They wait for their moment themselves, or last as long as the run does. */
const ARMED_AT_START = new Set<SpecialKind>([
  'lost answer of the merge',
  'worker killed when main moves',
  'slow S3',
  'slow Nessie',
  'two workers',
]);
const RANDOM_KILLS = 36;
const PAIRS = 8;
/** Longest a run usually takes on a quiet machine: random times fall inside it. */
const RUN_MS = 30_000;

/**
 * Every trial of a seed, in the order in which they are done: kills of services that only this form has, one
 * of each special kind, then all others mixed.
 *
 * @param more services that are killed beside the usual ones
 */
export function trialsOf(seed: number, more: readonly Victim[] = []): Trial[] {
  const random = randomFor(seed, 'chaos order');
  const specials = SPECIAL_KINDS.flatMap((kind) =>
    Array.from({ length: SPECIAL_TIMES[kind] }, (_, index) =>
      specialFault(kind, index, randomFor(seed, kind, index)),
    ),
  );
  const first = SPECIAL_KINDS.map((kind) => specials.find((fault) => fault.kind === kind)!);
  const added = more.flatMap((victim) => killsOf(victim, seed));
  const others = [
    ...killMatrix(seed),
    ...killsTwice(seed),
    ...randomKills(seed),
    ...specials.filter((fault) => !first.includes(fault)),
  ];
  const usual = [...alternating(first, shuffled(others, random)), ...addedLater(seed)];
  return [...added, ...usual].map((fault, number) => ({ number, seed, fault }));
}

/**
 * At the end, so that the numbers of results there are stay. Of dbt: the first one's time came when it was
 * done, since dbt takes 6 s now.
 */
function addedLater(seed: number): Fault[] {
  const gold = STEPS.find(({ activity }) => activity === 'buildGold')!;
  return [
    killAt('kill twice', 'dbt', { ...gold, usual_ms: 1_000 }, randomFor(seed, 'twice dbt, early')),
    ...CLOCK_AHEAD_KINDS.map((kind) => ({ kind, delay_ms: 0 })),
    ...backfillFaults(seed),
  ];
}

/** The kill trials of the first session of a seed must not wait until all special ones are done. */
function alternating(first: RunFault[], others: RunFault[]): RunFault[] {
  return [...first.flatMap((fault, index) => [others[index]!, fault]), ...others.slice(first.length)];
}

function killMatrix(seed: number): RunFault[] {
  const kills = VICTIMS.flatMap((victim) =>
    STEPS.map((step) => killAt('kill', victim, step, randomFor(seed, 'kill', victim, step.name))),
  );
  const gold = STEPS.find(({ activity }) => activity === 'buildGold')!;
  return [...kills, ...[0, 1, 2].map((n) => killAt('kill', 'dbt', gold, randomFor(seed, 'kill dbt', n)))];
}

/** Kills of a service that only some stacks have, at the steps that may use it. */
function killsOf(victim: Victim, seed: number): RunFault[] {
  const steps = STEPS.filter(({ activity }) =>
    ['planBatch', 'refineTables', 'publishRun'].includes(activity),
  );
  const kills = steps.map((step) => killAt('kill', victim, step, randomFor(seed, 'kill', victim, step.name)));
  const again = steps.find(({ activity }) => activity === 'refineTables')!;
  return [...kills, killAt('kill twice', victim, again, randomFor(seed, 'twice', victim))];
}

function killsTwice(seed: number): RunFault[] {
  const gold = STEPS.find(({ activity }) => activity === 'buildGold')!;
  const twice = VICTIMS.flatMap((victim) =>
    [0, 1].map((n) => {
      const random = randomFor(seed, 'twice', victim, n);
      return killAt('kill twice', victim, pick(STEPS, random), random);
    }),
  );
  return [...twice, killAt('kill twice', 'dbt', gold, randomFor(seed, 'twice dbt'))];
}

function randomKills(seed: number): RunFault[] {
  const random = randomFor(seed, 'random kills');
  const single = Array.from({ length: RANDOM_KILLS }, (): RunFault => ({
    kind: 'kill at a random time',
    victim: pick(VICTIMS, random),
    delay_ms: Math.floor(random() * RUN_MS),
  }));
  const pairs = Array.from({ length: PAIRS }, (): RunFault => ({
    kind: 'kill two at once',
    victim: pick(VICTIMS, random),
    second: pick(VICTIMS, random),
    delay_ms: Math.floor(random() * RUN_MS),
  }));
  return [...single, ...pairs];
}

function killAt(kind: RunFault['kind'], victim: Victim, step: Point, random: Random): RunFault {
  return { kind, victim, step, delay_ms: Math.floor(random() * step.usual_ms) };
}

/** Where a special fault has a time, it falls into a step that uses what is disturbed. */
function specialFault(kind: SpecialKind, index: number, random: Random): RunFault {
  const names: Partial<Record<SpecialKind, string[]>> = {
    'landing disk full': ['ingestFile', 'refineTables'],
    'Kafka disk full': ['ingestFile', 'findSourceFiles'],
    'Kafka down for long': ['ingestFile', 'planBatch'],
    'answers cut': ['ingestFile', 'refineTables', 'buildGold', 'publishRun'],
    'Temporal stopped and started': ['refineTables', 'buildGold', 'ingestFile'],
    'clock step': ['ingestFile', 'refineTables', 'planBatch', 'publishRun'],
  };
  const chosen = names[kind];
  if (!chosen) return { kind, delay_ms: ARMED_AT_START.has(kind) ? 0 : Math.floor(random() * RUN_MS) };
  const step = STEPS.find(({ name }) => name === chosen[index % chosen.length])!;
  return { kind, step, delay_ms: Math.floor(random() * step.usual_ms * 0.5) };
}

function pick<T>(values: readonly T[], random: Random): T {
  return values[Math.floor(random() * values.length)]!;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** One line for tables and logs. */
export function describeFault(fault: Fault): string {
  if (isBackfillFault(fault)) return describeBackfillFault(fault);
  const { kind, victim, second, step, delay_ms } = fault;
  const who = [victim, second].filter(Boolean).join(' and ');
  const when = step ? ` at ${step.name} + ${delay_ms} ms` : ` after ${delay_ms} ms`;
  return `${kind}${who ? `: ${who}` : ''}${when}`;
}

/**
 * A few trials for every change: what is killed in them is in the middle of its work. Each costs a minute or
 * two.
 */
export function shortTrials(seed: number): Trial[] {
  const step = (name: string): Point => STEPS.find((each) => each.name === name)!;
  const faults: Fault[] = [
    { kind: 'kill', victim: 'worker', step: step('refineTables'), delay_ms: 1_500 },
    { kind: 'lost answer of the merge', delay_ms: 0 },
  ];
  return faults.map((fault, number) => ({ number, seed, fault }));
}
