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

  private statusNow(): number {
    const { bears, window_ms, block_ms } = this.options;
    const now_ms = performance.now();
    const recent = this.requests.filter(({ at_ms, status }) => status === 200 && at_ms > now_ms - window_ms);
    if (now_ms >= this.blockedUntil_ms && recent.length < bears) return 200;
    this.blockedUntil_ms = now_ms + block_ms;
    return 403;
  }
}
