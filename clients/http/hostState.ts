import { randomUUID } from 'node:crypto';
import { abortable } from '../../core/abortable';
import {
  noteAnswered,
  noteThrottled,
  obstacleTo,
  takePlace,
  type Obstacle,
  type PaceState,
  type PaceStore,
} from './paceState';
import { SourceHeldError } from './errors';
import { Turnstile } from './turnstile';

/** The clock and the waiting, replaceable in tests. */
export interface PaceClock {
  /** Monotonic, and the same for all processes of the machine. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How a request waits for its turn. */
export interface Turn {
  requestsPerSecond: number;
  /** A longer quiet time is not waited for: the caller gets an error instead. */
  maxWait_ms: number;
  /** The request has ended after that. */
  timeout_ms: number;
  /** A download of minutes, which leaves one place to others. */
  isBulk?: boolean;
  signal?: AbortSignal;
}

/** A request in its place. */
export interface Sent {
  id: string;
  at_ms: number;
  /** Set when the host answered without a complaint. */
  isAnswered: boolean;
}

/** How soon a place that another process has left is found free. */
const POLL_MS = 50;

/** Requests of this process to one host, with the state that the store may share with other processes. */
export class HostState {
  /** Archives take one of the two places at most: a download of minutes must not stop the live files. */
  readonly bulk = new Turnstile();
  private readonly door = new Turnstile();
  private ended: (() => void)[] = [];

  constructor(
    private readonly host: string,
    private readonly clock: PaceClock,
    private readonly store: PaceStore,
  ) {}

  /**
   * Takes a place as soon as a request is allowed.
   *
   * @throws SourceHeldError when that is further away than `maxWait_ms` because the host wants quiet.
   */
  async enter(turn: Turn): Promise<Sent> {
    for (;;) {
      const sent = await this.door.pass(() => this.throughDoor(turn), turn.signal);
      if (sent) return sent;
      // Another process loads an archive; outside the door, so that live files of this one pass.
      await this.clock.sleep(POLL_MS, turn.signal);
    }
  }

  async leave(sent: Sent): Promise<void> {
    try {
      await this.store.change(this.clock.now(), (state) => {
        state.places = state.places.filter(({ id }) => id !== sent.id);
        if (sent.isAnswered) noteAnswered(state, sent.at_ms);
      });
    } finally {
      for (const wake of this.ended.splice(0)) wake();
    }
  }

  throttled(sent_ms: number, hold_ms: number, asked_ms: number | undefined): Promise<number> {
    return this.store.change(this.clock.now(), (state) =>
      noteThrottled(state, { sent_ms, hold_ms, asked_ms }, this.clock.now()),
    );
  }

  private async throughDoor(turn: Turn): Promise<Sent | null> {
    for (;;) {
      turn.signal?.throwIfAborted();
      const found = await this.store.change(this.clock.now(), (state) => this.attempt(turn, state));
      if ('id' in found) return found;
      if (found.kind === 'bulk') return null;
      await this.waitFor(found, turn.signal);
    }
  }

  private attempt({ isBulk = false, ...turn }: Turn, state: PaceState): Sent | Obstacle {
    const now_ms = this.clock.now();
    const held_ms = state.heldUntil_ms - now_ms;
    if (held_ms > turn.maxWait_ms) throw new SourceHeldError(this.host, held_ms);
    const obstacle = obstacleTo(state, this.store, isBulk, now_ms);
    if (obstacle) return obstacle;
    const id = randomUUID();
    const place = { id, owner: this.store.owner, isBulk, until_ms: now_ms + turn.timeout_ms };
    takePlace(state, place, 1000 / turn.requestsPerSecond, now_ms);
    return { id, at_ms: now_ms, isAnswered: false };
  }

  private async waitFor(obstacle: Obstacle, signal?: AbortSignal): Promise<void> {
    if (obstacle.kind === 'time') return this.clock.sleep(obstacle.wait_ms, signal);
    const ended = new Promise<void>((resolve) => this.ended.push(resolve));
    if (obstacle.kind === 'ours') return abortable(ended, signal);
    return this.clock.sleep(POLL_MS, signal);
  }
}
