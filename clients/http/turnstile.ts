import { abortable } from '../../core/abortable';

/** Admits callers one at a time, in order of arrival; one that gives up leaves its place. */
export class Turnstile {
  private last: Promise<void> = Promise.resolve();

  async pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.last;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    // The next caller waits for the one before as well, should this one give up.
    this.last = before.then(() => left);
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      leave();
    }
  }
}
