import type { ObjectStore } from './objectStore';

const STALE_AFTER_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 200;

/**
 * Marks files whose records are being published at this moment, so that a refine run never takes half
 * a file: it reads Kafka's watermarks at a moment when no mark stands. A mark left by a dead process is
 * cleared by that file's retry, and ignored when nobody retried for five minutes.
 */
export class PublishIntents {
  constructor(private readonly store: ObjectStore, private readonly pipeline: string) {}

  async during<T>(sha256: string, publish: () => Promise<T>): Promise<T> {
    const key = `${this.prefix()}${sha256}`;
    await this.store.put(key, new Date().toISOString());
    const result = await publish();
    await this.store.remove(key);
    return result;
  }

  /** Calls `read` until no publish was under way before and after it; gives up waiting after `patience_ms`. */
  async atRest<T>(read: () => Promise<T>, patience_ms: number): Promise<T> {
    const deadline = Date.now() + patience_ms;
    for (;;) {
      const quietBefore = await this.isQuiet();
      const result = await read();
      if ((quietBefore && (await this.isQuiet())) || Date.now() > deadline) return result;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  private async isQuiet(): Promise<boolean> {
    const marks = await this.store.list(this.prefix());
    const ages = await Promise.all(marks.map(async ({ key }) => Date.now() - Date.parse((await this.store.get(key).catch(() => Buffer.from('1970'))).toString())));
    return ages.every((age_ms) => age_ms > STALE_AFTER_MS);
  }

  private prefix(): string {
    return `publishing/${this.pipeline}/`;
  }
}
