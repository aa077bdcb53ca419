import { MOMENTS, repeatedSteps, untilMoment } from '../../chaos/backfill/look';
import type { Watched } from '../../chaos/points';

interface Step {
  name: string;
  isEnded: boolean;
  attempt?: number;
}

/** Events of steps, as Temporal has them. */
function history(...steps: Step[]): object {
  const events = steps.flatMap(({ name, isEnded, attempt = 1 }, index) => {
    const [eventId, scheduledEventId] = [3 * index + 1, 3 * index + 1];
    return [
      { eventId, activityTaskScheduledEventAttributes: { activityType: { name } } },
      ...(isEnded
        ? [
            { eventId: eventId + 1, activityTaskStartedEventAttributes: { scheduledEventId, attempt } },
            { eventId: eventId + 2, activityTaskCompletedEventAttributes: { scheduledEventId } },
          ]
        : []),
    ];
  });
  return { events };
}

/** A backfill with one run; each look sees the next of the states, and it is over after the last. */
function watched(...states: { backfill: Step[]; run: Step[] }[]): Watched {
  let look = -1;
  const state = (): { backfill: Step[]; run: Step[] } => states[Math.min(look, states.length - 1)]!;
  const list = async function* (): AsyncGenerator<{ workflowId: string }> {
    yield { workflowId: 'refine/nem/1' };
    yield { workflowId: 'refine/toy/1' };
  };
  const fetchHistory = (id: string): Promise<object> => {
    if (id === 'backfill/nem') look += 1;
    return Promise.resolve(id === 'backfill/nem' ? history(...state().backfill) : history(...state().run));
  };
  return {
    client: {
      workflow: { list, getHandle: (id: string) => ({ fetchHistory: () => fetchHistory(id) }) },
    } as unknown as Watched['client'],
    ids: { backfill: 'backfill/nem' },
    since: new Date(),
    isOver: () => look >= states.length - 1,
  };
}

const step = (name: string, isEnded: boolean, attempt = 1): Step => ({ name, isEnded, attempt });
const chunk = (isEnded: boolean): Step => step('requestTurnResult', isEnded);

describe('the moment of a kill', () => {
  it('in staging is while an archive is under way, from the nth on', async () => {
    const found = await untilMoment(
      watched(
        { backfill: [step('stageArchive', false)], run: [] },
        { backfill: [step('stageArchive', true)], run: [] },
        { backfill: [step('stageArchive', true), step('stageArchive', true)], run: [] },
        { backfill: [1, 2, 3].map((n) => step('stageArchive', n < 3)), run: [] },
        { backfill: [], run: [] },
      ),
      MOMENTS.staging,
      2,
      0,
    );
    expect(found).toMatchObject({ stagingBegun: 3, staged: 2 });
  });

  it('in Spark is while a job runs', async () => {
    const found = await untilMoment(
      watched(
        { backfill: [chunk(false)], run: [step('pointSlot', false)] },
        { backfill: [chunk(false)], run: [step('refineTables', false)] },
        { backfill: [chunk(true)], run: [step('refineTables', true)] },
      ),
      MOMENTS.Spark,
      1,
      0,
    );
    expect(found).toMatchObject({ sparkBegun: 1, sparkEnded: 0, chunksDone: 0 });
  });

  it('between chunks is when one is done, and no job of the next has begun', async () => {
    const found = await untilMoment(
      watched(
        { backfill: [chunk(false)], run: [step('refineTables', true)] },
        { backfill: [chunk(true), chunk(false)], run: [step('refineTables', true)] },
        { backfill: [], run: [] },
      ),
      MOMENTS['between chunks'],
      1,
      0,
    );
    expect(found).toMatchObject({ chunksDone: 1 });
  });

  it('is missed when the backfill was over before', async () => {
    const over = watched({ backfill: [chunk(true), chunk(true), chunk(true)], run: [] });
    for (const moment of Object.values(MOMENTS))
      expect(await untilMoment(over, moment, 1, 0)).toBeUndefined();
  });
});

describe('what was done again', () => {
  it('is every attempt beyond the first, of the backfill and of its runs', async () => {
    const after = watched({
      backfill: [step('stageArchive', true, 2), step('stageArchive', true), chunk(true)],
      run: [step('refineTables', true, 3)],
    });
    expect([...(await repeatedSteps(after))]).toEqual([
      ['stageArchive', 1],
      ['refineTables', 2],
    ]);
  });
});
