/** The clock and the waiting, replaceable in tests. */
export interface PaceClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

interface HostState {
  nextFree_ms: number;
  heldUntil_ms: number;
}

/**
 * Spaces the requests of this process to each host: callers take turns in the order they come, and a host
 * that asked for quiet is left alone by all of them, not only by the one that was told.
 */
export class HostPace {
  private readonly hosts = new Map<string, HostState>();

  constructor(private readonly clock: PaceClock) {}

  /** Waits for this caller's turn; one whose turn fell into a quiet time takes a new one after it. */
  async turn(host: string, requestsPerSecond: number, signal?: AbortSignal): Promise<void> {
    const state = this.stateOf(host);
    do {
      const start_ms = Math.max(this.clock.now(), state.nextFree_ms, state.heldUntil_ms);
      state.nextFree_ms = start_ms + 1000 / requestsPerSecond;
      await this.sleepUntil(start_ms, signal);
    } while (state.heldUntil_ms > this.clock.now());
  }

  /** Leaves the host alone for this long. */
  hold(host: string, wait_ms: number): void {
    const state = this.stateOf(host);
    state.heldUntil_ms = Math.max(state.heldUntil_ms, this.clock.now() + wait_ms);
  }

  private stateOf(host: string): HostState {
    const known = this.hosts.get(host);
    if (known) return known;
    const state = { nextFree_ms: 0, heldUntil_ms: 0 };
    this.hosts.set(host, state);
    return state;
  }

  private async sleepUntil(instant_ms: number, signal?: AbortSignal): Promise<void> {
    const wait_ms = instant_ms - this.clock.now();
    if (wait_ms > 0) await this.clock.sleep(wait_ms, signal);
  }
}
