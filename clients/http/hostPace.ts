import { HostState, type PaceClock } from './hostState';

export type { PaceClock } from './hostState';

/** How a request waits for its turn. */
export interface Turn {
  requestsPerSecond: number;
  /** A longer quiet time is not waited for: the caller gets an error instead. */
  maxWait_ms: number;
  /** A download of minutes, which leaves one place to others. */
  isBulk?: boolean;
  signal?: AbortSignal;
}

/**
 * Spaces the requests of this process to each host: callers take turns in order of arrival, and at most two
 * requests are in flight. If a host asks for quiet, all callers wait, not only the one that got the answer.
 */
export class HostPace {
  private readonly hosts = new Map<string, HostState>();

  constructor(private readonly clock: PaceClock) {}

  /** Calls `work` with the instant of its turn; the place is kept until it has ended. */
  async during<T>(url: string, turn: Turn, work: (sent_ms: number) => Promise<T>): Promise<T> {
    const state = this.stateOf(url);
    if (turn.isBulk)
      return state.bulk.pass(() => this.during(url, { ...turn, isBulk: false }, work), turn.signal);
    const sent_ms = await state.enter(1000 / turn.requestsPerSecond, turn.maxWait_ms, turn.signal);
    try {
      return await work(sent_ms);
    } finally {
      state.leave();
    }
  }

  /** The host asked for quiet; returns its length. */
  throttled(url: string, sent_ms: number, hold_ms: number, asked_ms: number | undefined): number {
    return this.stateOf(url).throttled(sent_ms, hold_ms, asked_ms);
  }

  /** The host answered without a complaint. */
  answered(url: string, sent_ms: number): void {
    this.stateOf(url).answered(sent_ms);
  }

  private stateOf(url: string): HostState {
    const { host } = new URL(url);
    const state = this.hosts.get(host) ?? new HostState(host, this.clock);
    this.hosts.set(host, state);
    return state;
  }
}
