import { abortable } from './abortable';
import { SourceHeldError } from './errors';
import { Turnstile } from './turnstile';

/** The clock and the waiting, replaceable in tests. */
export interface PaceClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Most requests in flight to a site, whatever else is configured. */
const IN_FLIGHT_MAX = 2;
const SLOWDOWN_MAX = 64;
/** Answers without a complaint after which a slowed pace is doubled again. */
const CALM_ANSWERS = 100;
const HOLD_MAX_MS = 600_000;

/** State of one host: the time of the next request, and its last answers. */
export class HostState {
  /** Archives take one of the two places at most: a download of minutes must not stop the live files. */
  readonly bulk = new Turnstile();
  private readonly door = new Turnstile();
  private inFlight = 0;
  private ended: (() => void)[] = [];
  private nextFree_ms = 0;
  private heldUntil_ms = 0;
  private heldSince_ms = -Infinity;
  /** Throttling answers since the last good one. */
  private throttles = 0;
  private slowdown = 1;
  private calm = 0;

  constructor(
    private readonly host: string,
    private readonly clock: PaceClock,
  ) {}

  /**
   * Takes a place as soon as a request is allowed; returns the instant.
   *
   * @throws SourceHeldError when that is further away than `maxWait_ms` because the host wants quiet.
   */
  enter(gap_ms: number, maxWait_ms: number, signal?: AbortSignal): Promise<number> {
    return this.door.pass(async () => {
      await this.untilFree(maxWait_ms, signal);
      this.inFlight += 1;
      const now_ms = this.clock.now();
      this.nextFree_ms = now_ms + gap_ms * this.slowdown;
      return now_ms;
    }, signal);
  }

  leave(): void {
    this.inFlight -= 1;
    for (const wake of this.ended.splice(0)) wake();
  }

  /**
   * The host asked for quiet: nothing is sent for the time it named, else for `hold_ms`, which doubles while
   * it keeps asking, and then half as fast. Answers how long. An answer to a request from before the hold
   * belongs to the same complaint.
   */
  throttled(sent_ms: number, hold_ms: number, asked_ms: number | undefined): number {
    const now_ms = this.clock.now();
    const isNews = sent_ms > this.heldSince_ms;
    if (isNews) {
      this.throttles += 1;
      this.slowdown = Math.min(SLOWDOWN_MAX, this.slowdown * 2);
      this.calm = 0;
      this.heldSince_ms = now_ms;
    }
    const own_ms = Math.min(HOLD_MAX_MS, hold_ms * 2 ** (this.throttles - 1));
    this.heldUntil_ms = Math.max(this.heldUntil_ms, now_ms + (asked_ms ?? own_ms));
    return this.heldUntil_ms - now_ms;
  }

  answered(sent_ms: number): void {
    if (sent_ms <= this.heldSince_ms) return;
    this.throttles = 0;
    this.calm += 1;
    if (this.calm < CALM_ANSWERS) return;
    this.calm = 0;
    this.slowdown = Math.max(1, this.slowdown / 2);
  }

  private async untilFree(maxWait_ms: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const held_ms = this.heldUntil_ms - this.clock.now();
      if (held_ms > maxWait_ms) throw new SourceHeldError(this.host, held_ms);
      // After a complaint a single request tests whether it is over.
      if (this.inFlight >= (this.throttles > 0 ? 1 : IN_FLIGHT_MAX)) {
        await abortable(new Promise<void>((resolve) => this.ended.push(resolve)), signal);
        continue;
      }
      const wait_ms = Math.max(held_ms, this.nextFree_ms - this.clock.now());
      if (wait_ms <= 0) return;
      await this.clock.sleep(wait_ms, signal);
    }
  }
}
