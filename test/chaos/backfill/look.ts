import { historyOf, refineRuns, type History, type Watched } from '../points';
import { CHUNKS } from './weeks';
import type { BackfillMoment } from './backfillFaults';

/** How far a backfill is at a moment, by the histories of its workflow and of its runs. */
export interface Look {
  stagingBegun: number;
  staged: number;
  sparkBegun: number;
  sparkEnded: number;
  chunksDone: number;
}

const LOOK_EVERY_MS = 40;

interface Moment {
  isReached(look: Look, nth: number): boolean;
  /** Whether a kill now hits what the fault speaks of. */
  isNow(look: Look): boolean;
  /** The step under way, which a second attempt must do again; none is between two chunks. */
  step?: string;
}

export const MOMENTS: Record<BackfillMoment, Moment> = {
  staging: {
    isReached: ({ stagingBegun }, nth) => stagingBegun >= nth,
    isNow: ({ stagingBegun, staged }) => stagingBegun > staged,
    step: 'stageArchive',
  },
  Spark: {
    isReached: ({ sparkBegun }, nth) => sparkBegun >= nth,
    isNow: ({ sparkBegun, sparkEnded }) => sparkBegun > sparkEnded,
    step: 'refineTables',
  },
  'between chunks': {
    isReached: ({ chunksDone }, nth) => chunksDone >= nth,
    isNow: ({ chunksDone, sparkBegun, sparkEnded }) =>
      chunksDone > 0 && chunksDone < CHUNKS && sparkBegun === sparkEnded,
  },
};

/**
 * Waits until `delay_ms` after the nth step, and from there until a kill would hit the moment. Undefined when
 * the backfill ended before.
 */
export async function untilMoment(
  watched: Watched,
  { isReached, isNow }: Pick<Moment, 'isReached' | 'isNow'>,
  nth: number,
  delay_ms: number,
): Promise<Look | undefined> {
  let from_ms = Infinity;
  for (;;) {
    const isOver = watched.isOver();
    const look = await lookAt(watched).catch(() => undefined);
    if (look && from_ms === Infinity && isReached(look, nth)) from_ms = Date.now() + delay_ms;
    if (look && Date.now() >= from_ms && isNow(look)) return look;
    if (isOver) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function lookAt(watched: Watched): Promise<Look> {
  const own = await historyOf(watched.client, watched.ids.backfill!);
  const runs = await histories(watched);
  const [staging, spark] = [counted([own], 'stageArchive'), counted(runs, 'refineTables')];
  return {
    stagingBegun: staging.begun,
    staged: staging.ended,
    sparkBegun: spark.begun,
    sparkEnded: spark.ended,
    chunksDone: counted([own], 'requestTurnResult').ended,
  };
}

/** Attempts beyond the first, by step, of a backfill and its runs: what was killed was done again. */
export async function repeatedSteps(watched: Watched): Promise<Map<string, number>> {
  const all = [await historyOf(watched.client, watched.ids.backfill!), ...(await histories(watched))];
  const found = new Map<string, number>();
  for (const history of all)
    for (const [name, attempts] of attemptsIn(history))
      if (attempts > 1) found.set(name, (found.get(name) ?? 0) + attempts - 1);
  return found;
}

async function histories(watched: Watched): Promise<History[]> {
  return Promise.all((await refineRuns(watched)).map((id) => historyOf(watched.client, id)));
}

function counted(all: readonly History[], activity: string): { begun: number; ended: number } {
  let [begun, ended] = [0, 0];
  for (const history of all) {
    const scheduled = scheduledIn(history);
    begun += [...scheduled.values()].filter((name) => name === activity).length;
    ended += endedIn(history).filter((id) => scheduled.get(id) === activity).length;
  }
  return { begun, ended };
}

/** Ids of the events that scheduled what has ended, well or not. */
function endedIn({ events }: History): string[] {
  return (events ?? []).flatMap((event) => {
    const { scheduledEventId } =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      {};
    return scheduledEventId ? [String(scheduledEventId)] : [];
  });
}

/** Names of a history's activities, by the id of the event that scheduled each. */
function scheduledIn({ events }: History): Map<string, string> {
  return new Map(
    (events ?? []).flatMap((event) => {
      const name = event.activityTaskScheduledEventAttributes?.activityType?.name;
      return name ? [[String(event.eventId), name] as const] : [];
    }),
  );
}

function attemptsIn(history: History): [name: string, attempts: number][] {
  const scheduled = scheduledIn(history);
  return (history.events ?? []).flatMap((event) => {
    const started = event.activityTaskStartedEventAttributes;
    const name = started && scheduled.get(String(started.scheduledEventId));
    return name ? [[name, Number(started.attempt ?? 1)] as [string, number]] : [];
  });
}
