import { PublishIntents } from '../../../../activities/ingest/publishIntents';
import { memoryStore } from '../memoryStore';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('consistent watermarks', () => {
  it('never cut a file whose publish begins and ends during the read', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    const ends = [0, 0];
    const publish = (): Promise<void> =>
      intents.during('abc', async () => {
        ends[0] = 10;
        ends[1] = 10;
      });
    let reads = 0;
    const read = async (): Promise<number[]> => {
      const first = ends[0]!;
      if ((reads += 1) === 1) await publish();
      return [first, ends[1]!];
    };
    expect(await intents.consistent(read, 2_000)).toEqual([10, 10]);
  });

  it('are read once from topics that never stand still', async () => {
    const intents = new PublishIntents(memoryStore(), 'iot');
    let end = 0;
    const started_ms = performance.now();
    expect(await intents.consistent(async () => [(end += 1)], 15_000)).toEqual([1]);
    expect(performance.now() - started_ms).toBeLessThan(1_000);
  });

  it('are read once beside writers without marks, after publishes that have ended', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    let end = 0;
    for (const file of ['a', 'b']) await intents.during(file, async () => (end += 10));
    expect(await intents.consistent(async () => [(end += 1)], 15_000)).toEqual([21]);
  });

  it('wait for a publish that is under way', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    const ends = [0, 0];
    const publishing = intents.during('abc', async () => {
      ends[0] = 10;
      await pause(300);
      ends[1] = 10;
    });
    expect(await intents.consistent(async () => [...ends], 5_000)).toEqual([10, 10]);
    await publishing;
  });

  it('are given out after the patience, so that a publisher that died does not stop the lane', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    await intents.during('abc', () => Promise.reject(new Error('killed'))).catch(() => undefined);
    expect(await intents.consistent(async () => [1], 300)).toEqual([1]);
  });
});
