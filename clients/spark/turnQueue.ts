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
      await unlessAborted(signal, before);
      return await work();
    } finally {
      this.length -= 1;
      leave();
    }
  }
}

/** Settles as the promise does, or rejects with the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
