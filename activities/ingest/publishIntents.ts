import { isDeepStrictEqual } from 'node:util';
import type { ObjectStore } from '../../clients/s3/objectStore';

const STALE_AFTER_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 200;

/**
 * Marks files whose records are being published at this moment, so that a refine run never takes half a file:
 * it reads Kafka's watermarks until two reads agree with no mark between them. A mark left by a dead process
 * is cleared by that file's retry, and ignored when nobody retried for five minutes.
 */
export class PublishIntents {
  constructor(
    private readonly store: ObjectStore,
    private readonly pipeline: string,
  ) {}

  async during<T>(sha256: string, publish: () => Promise<T>): Promise<T> {
    const key = `${this.prefix()}${sha256}`;
    await this.store.put(key, new Date().toISOString());
    const result = await publish();
    await this.store.remove(key);
    return result;
  }

  /**
   * Reads until the answer holds no half of a publish; gives up waiting after `patience_ms`. Watermarks of
   * many partitions are not read in one instant: a publish that begins and ends during the read would be cut.
   * So the answer counts only if nothing is being published after it and a second read gives the same.
   */
  async atRest<T>(read: () => Promise<T>, patience_ms: number): Promise<T> {
    const deadline_ms = performance.now() + patience_ms;
    for (;;) {
      const first = await read();
      if (performance.now() > deadline_ms) return first;
      if ((await this.isQuiet()) && isDeepStrictEqual(first, await read())) return first;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  private async isQuiet(): Promise<boolean> {
    const marks = await this.store.list(this.prefix());
    const ages = await Promise.all(
      marks.map(
        async ({ key }) =>
          Date.now() - Date.parse((await this.store.get(key).catch(() => Buffer.from('1970'))).toString()),
      ),
    );
    return ages.every((age_ms) => age_ms > STALE_AFTER_MS);
  }

  private prefix(): string {
    return `publishing/${this.pipeline}/`;
  }
}
