/**
 * Longest pause between two looks, as a part of the time after which a version is gone; a longer pause was a
 * suspend.
 */
const MOST_BETWEEN_LOOKS = 0.5;

/** Last poll of each build, in ms by Temporal's clock; builds unknown to Temporal are not in it. */
export type LastAsked = ReadonlyMap<string, number>;

/**
 * Judges over many looks which builds have no worker any more. One look is not enough: Temporal keeps pollers
 * in memory, so the list is empty after a restart, has old times after a suspend, and fills again in any
 * order. Times are of this process's monotonic clock, so that a stepped wall clock changes nothing.
 */
export class PollerWatch {
  private readonly heard = new Map<string, { asked_ms: number; at_ms: number }>();
  private lookedAt_ms = -Infinity;

  constructor(private readonly goneAfter_ms: number) {}

  /** To be called when a look failed: earlier polls say nothing about workers after it. */
  forget(): void {
    this.heard.clear();
  }

  /**
   * Notes one look. A build is gone when it did not poll for `goneAfter_ms` of unbroken looks in which `own`,
   * this process's build, did poll. While Temporal does not see our polls, it may not see the others' either.
   */
  gone(own: string, others: readonly string[], lastAsked: LastAsked): string[] {
    const now_ms = performance.now();
    if (now_ms - this.lookedAt_ms > this.goneAfter_ms * MOST_BETWEEN_LOOKS) this.forget();
    this.lookedAt_ms = now_ms;
    for (const build of [own, ...others]) this.hear(build, lastAsked.get(build) ?? 0, now_ms);
    const isSilent = (build: string): boolean => now_ms - this.heard.get(build)!.at_ms >= this.goneAfter_ms;
    if (lastAsked.has(own) && !isSilent(own)) return others.filter(isSilent);
    this.forget();
    return [];
  }

  /** A time that went back counts as a change too: the list was recreated. */
  private hear(build: string, asked_ms: number, now_ms: number): void {
    if (this.heard.get(build)?.asked_ms !== asked_ms) this.heard.set(build, { asked_ms, at_ms: now_ms });
  }
}
