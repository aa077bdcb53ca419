import { randomFor, type Random } from '../../../pipelines/nem/demo/random';
import type { Victim } from '../victims';

/** What a kill hits: an archive being staged, Spark at work on a chunk, or the pause between two chunks. */
export type BackfillMoment = 'staging' | 'Spark' | 'between chunks';

export const BACKFILL_KINDS = [
  'backfill killed in staging',
  'backfill killed in Spark',
  'backfill killed between chunks',
  'backfill killed at every moment',
] as const;
export type BackfillKind = (typeof BACKFILL_KINDS)[number];

/** `spark` is the driver of the chunk's job, `spark JVM` its JVM; `whole stack` is every process at once. */
export type BackfillVictim = Victim | 'spark JVM' | 'whole stack';

/** Comes `delay_ms` after the nth of its kind has begun: archive staged, Spark job, chunk done. */
export interface BackfillKill {
  moment: BackfillMoment;
  victim: BackfillVictim;
  step: { name: string; nth: number };
  delay_ms: number;
}

export interface BackfillFault {
  kind: BackfillKind;
  /** In the order in which they come. */
  kills: readonly BackfillKill[];
  /** Which of the weeks set apart for backfills it fills. */
  week: number;
}

interface Place {
  name: string;
  /** How many of them a trial's backfill has that can be hit. */
  count: number;
  /** How long the shortest of them lasts on a quiet machine. */
  usual_ms: number;
}

const PLACES: Record<BackfillMoment, Place> = {
  staging: { name: 'stageArchive', count: 6, usual_ms: 150 },
  Spark: { name: 'refineTables', count: 3, usual_ms: 5_000 },
  'between chunks': { name: 'chunk', count: 2, usual_ms: 150 },
};

/** The middle chunk is the one large enough for a Spark process of its own. */
const LARGE = 2;

/** Whether it is at work in a process of its own, and not in the warm driver. */
export function isLargeJob(moment: BackfillMoment, nth: number): boolean {
  return moment === 'Spark' && nth === LARGE;
}

type Planned = [moment: BackfillMoment, victim: BackfillVictim, nth?: number];

/** One backfill each; `nth` where it matters. Weeks are given in this order, so new ones come at the end. */
const PLANNED: readonly Planned[][] = [
  [
    ['staging', 'worker', 1],
    ['Spark', 'spark', LARGE],
    ['between chunks', 'worker', 2],
  ],
  [
    ['staging', 'worker', 2],
    ['between chunks', 'worker', 1],
    ['Spark', 'worker', LARGE],
  ],
  [
    ['staging', 'worker', 1],
    ['Spark', 'spark JVM', LARGE],
    ['between chunks', 'whole stack', 2],
  ],
  [
    ['staging', 'whole stack', 2],
    ['Spark', 'spark', 1],
    ['between chunks', 'worker', 2],
  ],
  [
    ['staging', 'temporal', 1],
    ['between chunks', 'temporal', 1],
    ['Spark', 'whole stack', LARGE],
  ],
  [['staging', 'worker']],
  [['Spark', 'worker', LARGE]],
  [['between chunks', 'worker']],
  [['staging', 'worker']],
  [['Spark', 'worker', 1]],
  [['between chunks', 'supervisor']],
  [['staging', 's3']],
];

/** Every killed backfill of a seed. */
export function backfillFaults(seed: number): BackfillFault[] {
  return PLANNED.map((planned, week) => {
    const random = randomFor(seed, 'backfill', week);
    const kills = planned.map((each) => killOf(each, random));
    return { kind: kindOf(kills), kills, week };
  });
}

export function isBackfillFault(fault: { kind: string }): fault is BackfillFault {
  return (BACKFILL_KINDS as readonly string[]).includes(fault.kind);
}

export function describeBackfillFault({ kind, kills }: BackfillFault): string {
  const each = kills.map(({ victim, step, delay_ms }) => `${victim} at ${step.name} + ${delay_ms} ms`);
  return `${kind}: ${each.join(', ')}`;
}

function kindOf(kills: readonly BackfillKill[]): BackfillKind {
  if (kills.length > 1) return 'backfill killed at every moment';
  const { moment } = kills[0]!;
  return moment === 'between chunks' ? 'backfill killed between chunks' : `backfill killed in ${moment}`;
}

function killOf([moment, victim, planned]: Planned, random: Random): BackfillKill {
  const { name, count, usual_ms } = PLACES[moment];
  const [drawn, delay_ms] = [1 + Math.floor(random() * count), Math.floor(random() * usual_ms)];
  const nth = planned ?? drawn;
  return { moment, victim, step: { name: `${name} ${nth}`, nth }, delay_ms };
}
