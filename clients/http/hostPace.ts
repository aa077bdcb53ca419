import { HostState, type PaceClock, type Sent, type Turn } from './hostState';
import { PaceFile, PaceMemory } from './paceStores';

export type { PaceClock, Sent, Turn } from './hostState';

/**
 * Spaces the requests to each host: callers take turns, and at most two requests are in flight. If a host
 * asks for quiet, all callers wait, not only the one that got the answer. With a folder, all processes of the
 * machine that name it are one caller to the host.
 */
export class HostPace {
  private readonly hosts = new Map<string, HostState>();

  constructor(
    private readonly clock: PaceClock,
    private readonly folder?: string,
  ) {}

  /** Calls `work` in its turn; the place is kept until it has ended. */
  async during<T>(url: string, turn: Turn, work: (sent: Sent) => Promise<T>): Promise<T> {
    const state = this.stateOf(url);
    const inTurn = async (): Promise<T> => {
      const sent = await state.enter(turn);
      try {
        return await work(sent);
      } finally {
        await state.leave(sent);
      }
    };
    return turn.isBulk ? state.bulk.pass(inTurn, turn.signal) : inTurn();
  }

  /** The host asked for quiet; returns its length. */
  throttled(url: string, sent_ms: number, hold_ms: number, asked_ms: number | undefined): Promise<number> {
    return this.stateOf(url).throttled(sent_ms, hold_ms, asked_ms);
  }

  private stateOf(url: string): HostState {
    const { host } = new URL(url);
    const state = this.hosts.get(host) ?? new HostState(host, this.clock, this.storeOf(host));
    this.hosts.set(host, state);
    return state;
  }

  private storeOf(host: string): PaceFile | PaceMemory {
    return this.folder === undefined ? new PaceMemory() : new PaceFile(this.folder, host);
  }
}
