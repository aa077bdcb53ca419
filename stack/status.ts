/**
 * `waiting` for a dependency, `starting`, `healthy`, `unhealthy` (runs, but its probe fails), `restarting`
 * (ended by itself, back-off), `stopping`, `stopped`.
 */
export type ServiceState =
  'waiting' | 'starting' | 'healthy' | 'unhealthy' | 'restarting' | 'stopping' | 'stopped';

export interface ServiceStatus {
  name: string;
  label: string;
  state: ServiceState;
  pid: number | null;
  /** Starts after the first one, since the supervisor started. */
  restarts: number;
  url: string | null;
  /** Why it is not ready; empty when it is. */
  detail: string;
  /** From start to ready, of the last start. */
  ready_ms: number | null;
}

export interface StackStatus {
  /** false when no supervisor runs; `services` then lists every service as stopped. */
  running: boolean;
  home: string;
  services: ServiceStatus[];
}

/** The header that every order to the supervisor must carry: a web page cannot send it across origins. */
export const CONTROL_HEADER = 'x-currents-home';
