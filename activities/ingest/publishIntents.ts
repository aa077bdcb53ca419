import { randomUUID } from 'node:crypto';
import type { ObjectStore } from '../../clients/s3/objectStore';

const STALE_AFTER_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 200;

/**
 * Marks files whose records are being published at this moment, so that a refine run never takes half a file.
 * A dead process's mark is cleared by that file's retry, and ignored after five minutes without a retry.
 * Topics written by other producers need no marks: their records are independent.
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
    // Written before the mark is removed: a reader that no longer sees the mark sees that a publish has
    // ended.
    await this.store.put(this.lastEnded(), randomUUID());
    await this.store.remove(key);
    return result;
  }

  /**
   * Reads until the answer holds no half of a publish; stops waiting after `patience_ms`. Watermarks of many
   * partitions are not read in one instant. The answer counts only if no publish is open after it and none
   * has ended since before it. Writes of other producers do not matter: a live topic is read once.
   */
  async consistent<T>(read: () => Promise<T>, patience_ms: number): Promise<T> {
    const deadline_ms = performance.now() + patience_ms;
    for (;;) {
      const before = await this.readLastEnded();
      const found = await read();
      if ((await this.isQuiet()) && (await this.readLastEnded()) === before) return found;
      if (performance.now() > deadline_ms) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  /** Names the publish that ended last; null before the first. */
  private async readLastEnded(): Promise<string | null> {
    const key = this.lastEnded();
    return (await this.store.head(key)) === null ? null : (await this.store.get(key)).toString();
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

  private lastEnded(): string {
    return `published/${this.pipeline}`;
  }
}
