import { PublishIntents } from '../../../../activities/ingest/publishIntents';
import type { ObjectStore } from '../../../../clients/s3/objectStore';

/** A store in memory with what the marks need of S3. */
function memoryStore(): ObjectStore {
  const objects = new Map<string, Buffer>();
  return {
    put: async (key: string, body: string) => void objects.set(key, Buffer.from(body)),
    get: async (key: string) => objects.get(key) ?? Buffer.alloc(0),
    remove: async (key: string) => void objects.delete(key),
    list: async (prefix: string) =>
      [...objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, bytes: 1 })),
  } as unknown as ObjectStore;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('watermarks read at rest', () => {
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
    expect(await intents.atRest(read, 2_000)).toEqual([10, 10]);
  });

  it('wait for a publish that is under way', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    const ends = [0, 0];
    const publishing = intents.during('abc', async () => {
      ends[0] = 10;
      await pause(300);
      ends[1] = 10;
    });
    expect(await intents.atRest(async () => [...ends], 5_000)).toEqual([10, 10]);
    await publishing;
  });

  it('are given out after the patience, so that a publisher that died does not stop the lane', async () => {
    const intents = new PublishIntents(memoryStore(), 'nem');
    await intents.during('abc', () => Promise.reject(new Error('killed'))).catch(() => undefined);
    expect(await intents.atRest(async () => [1], 300)).toEqual([1]);
  });
});
