import type { ProcessRecord } from '../../stack/processes';

/** A process that may own places and locks; `host` tells containers apart, which do not see each other. */
export interface PaceOwner extends ProcessRecord {
  host: string;
}

/** One request in flight. */
export interface Place {
  id: string;
  owner: PaceOwner;
  isBulk: boolean;
  /** The request has ended by then, whatever became of its process. */
  until_ms: number;
}

/** What is known of one host: the time of the next request, and its last answers. Plain JSON. */
export interface PaceState {
  nextFree_ms: number;
  heldUntil_ms: number;
  heldSince_ms: number;
  /** Throttling answers since the last good one. */
  throttles: number;
  slowdown: number;
  calm: number;
  places: Place[];
  changed_ms: number;
}

/** Keeps the state of one host; `change` is the only one to see or write it while it runs. */
export interface PaceStore {
  change<T>(now_ms: number, work: (state: PaceState) => T): Promise<T>;
  isAlive(owner: PaceOwner): boolean;
  readonly owner: PaceOwner;
}

/** What stands in the way of a request: a time, a request of this process, or one of another process. */
export type Obstacle =
  { kind: 'time'; wait_ms: number } | { kind: 'ours' } | { kind: 'others' } | { kind: 'bulk' };

/** Most requests in flight to a site, whatever else is configured. */
const IN_FLIGHT_MAX = 2;
const SLOWDOWN_MAX = 64;
/** Answers without a complaint after which a slowed pace is doubled again. */
const CALM_ANSWERS = 100;
const HOLD_MAX_MS = 600_000;

export function newPaceState(): PaceState {
  return {
    nextFree_ms: 0,
    heldUntil_ms: 0,
    heldSince_ms: -1,
    throttles: 0,
    slowdown: 1,
    calm: 0,
    places: [],
    changed_ms: 0,
  };
}

/** What a request has to wait for; null when it may be sent. Forgets places of processes that are gone. */
export function obstacleTo(
  state: PaceState,
  store: PaceStore,
  isBulk: boolean,
  now_ms: number,
): Obstacle | null {
  state.places = state.places.filter(
    ({ owner, until_ms }) => until_ms > now_ms && (isOwn(owner, store.owner) || store.isAlive(owner)),
  );
  // After a complaint a single request tests whether it is over.
  if (state.places.length >= (state.throttles > 0 ? 1 : IN_FLIGHT_MAX))
    return { kind: state.places.some(({ owner }) => !isOwn(owner, store.owner)) ? 'others' : 'ours' };
  if (isBulk && state.places.some((place) => place.isBulk)) return { kind: 'bulk' };
  const wait_ms = Math.max(state.heldUntil_ms, state.nextFree_ms) - now_ms;
  return wait_ms > 0 ? { kind: 'time', wait_ms } : null;
}

export function takePlace(state: PaceState, place: Place, gap_ms: number, now_ms: number): void {
  state.places.push(place);
  state.nextFree_ms = now_ms + gap_ms * state.slowdown;
}

/**
 * The host asked for quiet: nothing is sent for the time it named, else for `hold_ms`, which doubles while
 * it keeps asking, and then half as fast. Answers how long. An answer to a request from before the hold
 * belongs to the same complaint.
 */
export function noteThrottled(
  state: PaceState,
  { sent_ms, hold_ms, asked_ms }: { sent_ms: number; hold_ms: number; asked_ms: number | undefined },
  now_ms: number,
): number {
  if (sent_ms > state.heldSince_ms) {
    state.throttles += 1;
    state.slowdown = Math.min(SLOWDOWN_MAX, state.slowdown * 2);
    state.calm = 0;
    state.heldSince_ms = now_ms;
  }
  const own_ms = Math.min(HOLD_MAX_MS, hold_ms * 2 ** (state.throttles - 1));
  state.heldUntil_ms = Math.max(state.heldUntil_ms, now_ms + (asked_ms ?? own_ms));
  return state.heldUntil_ms - now_ms;
}

/** The host answered without a complaint. */
export function noteAnswered(state: PaceState, sent_ms: number): void {
  if (sent_ms <= state.heldSince_ms) return;
  state.throttles = 0;
  state.calm = state.slowdown > 1 ? state.calm + 1 : 0;
  if (state.calm < CALM_ANSWERS) return;
  state.calm = 0;
  state.slowdown = Math.max(1, state.slowdown / 2);
}

function isOwn(owner: PaceOwner, own: PaceOwner): boolean {
  return owner.pid === own.pid && owner.startedAt === own.startedAt && owner.host === own.host;
}
