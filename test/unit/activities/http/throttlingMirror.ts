import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MirrorRequest {
  at_ms: number;
  status: number;
  /** Requests under way when it came, itself included. */
  inFlight: number;
}

export interface MirrorOptions {
  /** Requests it bears within `window_ms`. */
  bears: number;
  window_ms: number;
  /** For how long it answers 403 when asked more often, and again from each request during that time. */
  block_ms: number;
  /** It rejects this request too, from 1, however slowly it comes: a busy machine must not ask too little. */
  rejectsNumber?: number;
}

/** A mirror with manners of its own: asked too often it shuts the door, pressed on it keeps it shut. */
export class ThrottlingMirror {
  readonly requests: MirrorRequest[] = [];
  url = '';
  private blockedUntil_ms = 0;
  private inFlight = 0;
  private readonly server = http.createServer((request, response) => {
    this.inFlight += 1;
    response.once('close', () => (this.inFlight -= 1));
    const status = this.statusNow();
    this.requests.push({ at_ms: performance.now(), status, inFlight: this.inFlight });
    setTimeout(() => response.writeHead(status).end(request.url), 10);
  });

  constructor(private readonly options: MirrorOptions) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /**
   * From each rejection to the request after the next one: a request that was sent while the rejection was
   * on its way may arrive after it, at most one of two in flight.
   */
  pausesAfterRefusals_ms(): number[] {
    return this.requests.flatMap(({ status, at_ms }, index) =>
      status === 403 && this.requests[index + 2] ? [this.requests[index + 2]!.at_ms - at_ms] : [],
    );
  }

  private statusNow(): number {
    const { bears, window_ms, block_ms, rejectsNumber } = this.options;
    const isDue = this.requests.length + 1 === rejectsNumber;
    const now_ms = performance.now();
    const recent = this.requests.filter(({ at_ms, status }) => status === 200 && at_ms > now_ms - window_ms);
    if (!isDue && now_ms >= this.blockedUntil_ms && recent.length < bears) return 200;
    this.blockedUntil_ms = now_ms + block_ms;
    return 403;
  }
}
