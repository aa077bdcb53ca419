import { inject } from '../../chaos/faults';
import type { Injection } from '../../chaos/injection';
import { STEPS } from '../../chaos/points';
import type { Session } from '../../chaos/session';
import type { RunFault } from '../../chaos/trials';

interface Moment {
  isRunning: boolean;
  isOver: boolean;
  answersLost: number;
}

/** What a fault did at a moment, and what of it did not happen. */
async function disturb(
  fault: RunFault,
  { isRunning = true, isOver = false, answersLost = 0 }: Partial<Moment>,
): Promise<Pick<Injection, 'done' | 'missed'>> {
  const proxy = { cuts: answersLost, disturb: () => undefined, calm: () => undefined };
  const stack = {
    kill: () => isRunning,
    killSparkJvm: () => isRunning,
    pidOf: () => (isRunning ? 1 : undefined),
    untilHealthy: () => Promise.resolve(),
  };
  const [done, missed]: string[][] = [[], []];
  await inject({
    session: { stack, proxies: { nessie: proxy, s3: proxy } } as unknown as Session,
    trial: { number: 0, seed: 1, fault },
    watched: {
      client: {} as never,
      ids: { ingest: 'i', range: 'r' },
      since: new Date(),
      isOver: () => isOver,
    },
    range: { from: '', to: '', starts: [] },
    done: done!,
    missed: missed!,
  });
  return { done: done!, missed: missed! };
}

const KILL: RunFault = { kind: 'kill', victim: 'worker', delay_ms: 0 };
const LOST_ANSWER: RunFault = { kind: 'lost answer of the merge', delay_ms: 0 };

describe('a fault', () => {
  it('has happened when its part was killed, or its answers were lost, while the run was under way', async () => {
    expect(await disturb(KILL, {})).toEqual({ done: ['worker killed'], missed: [] });
    expect(await disturb(LOST_ANSWER, { answersLost: 1 })).toEqual({ done: ['answers lost: 1'], missed: [] });
  });

  it('was missed when its part was not running', async () => {
    expect(await disturb(KILL, { isRunning: false })).toEqual({
      done: ['worker was not running'],
      missed: ['worker was not running'],
    });
    expect(
      (
        await disturb(
          { kind: 'kill two at once', victim: 'worker', second: 'spark', delay_ms: 0 },
          { isRunning: false },
        )
      ).missed,
    ).toHaveLength(2);
    expect(
      (await disturb({ kind: 'Temporal stopped and started', delay_ms: 0 }, { isRunning: false })).missed,
    ).toHaveLength(1);
  });

  it('was missed when the run was over, though something was killed then', async () => {
    const { done, missed } = await disturb({ ...KILL, step: STEPS[0] }, { isOver: true });
    expect(missed).toEqual([
      'findSourceFiles was over before it was seen',
      'the run was over before it was disturbed',
    ]);
    expect(done).toEqual([...missed, 'worker killed']);
  });

  it('was missed when no answer was lost', async () => {
    expect((await disturb(LOST_ANSWER, { isOver: true })).missed).toContain('answers lost: 0');
  });
});
