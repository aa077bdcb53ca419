import { randomFor, type Random } from '../../../pipelines/nem/demo/random';
import type { Victim } from '../victims';

/** Moments of a backfill at which it is killed. */
export const BACKFILL_KINDS = [
  'backfill killed in staging',
  'backfill killed in Spark',
  'backfill killed between chunks',
] as const;
export type BackfillKind = (typeof BACKFILL_KINDS)[number];

/** `spark` is the driver of the chunk's job, `spark JVM` its JVM; `whole stack` is every process at once. */
export type BackfillVictim = Victim | 'spark JVM' | 'whole stack';

export interface BackfillFault {
  kind: BackfillKind;
  victim: BackfillVictim;
  /** The kill comes `delay_ms` after the nth of its kind has begun: archive staged, Spark job, chunk done. */
  step: { name: string; nth: number };
  delay_ms: number;
  /** Which of the weeks set apart for backfills it fills. */
  week: number;
}

interface Moment {
  name: string;
  /** How many of them a trial's backfill has that can be hit. */
  count: number;
  /** How long the shortest of them lasts on a quiet machine. */
  usual_ms: number;
}

const MOMENTS: Record<BackfillKind, Moment> = {
  'backfill killed in staging': { name: 'stageArchive', count: 8, usual_ms: 150 },
  'backfill killed in Spark': { name: 'refineTables', count: 3, usual_ms: 5_000 },
  'backfill killed between chunks': { name: 'chunk', count: 2, usual_ms: 150 },
};

/** The middle chunk is the one large enough for a Spark process of its own. */
const LARGE = 2;

/** Who is killed when; `nth` where it matters. The first twelve have each kind of kill three times. */
const PLANNED: readonly [kind: BackfillKind, victim: BackfillVictim, nth?: number][] = [
  ['backfill killed in staging', 'worker'],
  ['backfill killed in Spark', 'spark', LARGE],
  ['backfill killed in Spark', 'worker', LARGE],
  ['backfill killed between chunks', 'worker'],
  ['backfill killed in staging', 'worker'],
  ['backfill killed in Spark', 'spark JVM', LARGE],
  ['backfill killed in Spark', 'worker', 1],
  ['backfill killed between chunks', 'worker'],
  ['backfill killed in staging', 'worker'],
  ['backfill killed in Spark', 'spark', 1],
  ['backfill killed in Spark', 'worker', LARGE],
  ['backfill killed between chunks', 'worker'],
  ['backfill killed in staging', 'whole stack'],
  ['backfill killed in Spark', 'whole stack', LARGE],
  ['backfill killed between chunks', 'whole stack'],
  ['backfill killed in staging', 'temporal'],
];

/** Every kill of a running backfill that a seed has. */
export function backfillFaults(seed: number): BackfillFault[] {
  return PLANNED.map(([kind, victim, nth], week) =>
    faultAt(kind, victim, week, nth, randomFor(seed, 'backfill', week)),
  );
}

export function isBackfillFault(fault: { kind: string }): fault is BackfillFault {
  return (BACKFILL_KINDS as readonly string[]).includes(fault.kind);
}

function faultAt(
  kind: BackfillKind,
  victim: BackfillVictim,
  week: number,
  planned: number | undefined,
  random: Random,
): BackfillFault {
  const { name, count, usual_ms } = MOMENTS[kind];
  const [drawn, delay_ms] = [1 + Math.floor(random() * count), Math.floor(random() * usual_ms)];
  const nth = planned ?? drawn;
  return { kind, victim, step: { name: `${name} ${nth}`, nth }, delay_ms, week };
}
