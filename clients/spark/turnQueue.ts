import { abortable } from '../../core/abortable';

/** First come, first served: each entry begins when all before it have left. One that is aborted leaves. */
export class TurnQueue {
  private last: Promise<unknown> = Promise.resolve();
  private length = 0;

  /** How many have entered and not left. */
  get size(): number {
    return this.length;
  }

  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.last;
    let leave = (): void => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    // Later entries also wait for those before this one, even when this one is aborted early.
    this.last = Promise.all([before, left]);
    this.length += 1;
    try {
      await abortable(before, signal);
      return await work();
    } finally {
      this.length -= 1;
      leave();
    }
  }
}
