import type { HttpRequest } from './politeHttp';

interface Held {
  askedAt_ms: number;
  page: Promise<string>;
  fetchedAt_ms: number;
}

/** How old an answer may be. */
export interface PageAge {
  ttl_ms: number;
  /** Only an answer asked for at or after this instant will do: what was published before it must show. */
  since_ms?: number;
  signal?: AbortSignal;
}

/** The part of a client that pages need. */
export interface PageClient {
  get(url: string, request?: HttpRequest): Promise<{ bytes: Buffer }>;
}

/**
 * Pages (directory listings) that many callers ask for at once: callers of one address share one request, and
 * its answer serves for `ttl_ms` more. A failed request is forgotten. A caller that gives up leaves the
 * request running for the others.
 */
export class SharedPages {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly http: PageClient,
    private readonly now: () => number = Date.now,
  ) {}

  async text(url: string, { ttl_ms, since_ms = 0, signal }: PageAge): Promise<string> {
    signal?.throwIfAborted();
    this.forgetOld(ttl_ms);
    if ((this.held.get(url)?.askedAt_ms ?? 0) < since_ms) this.held.delete(url);
    const { page } = this.held.get(url) ?? this.fetch(url);
    return signal ? Promise.race([page, whenAborted(signal)]) : page;
  }

  private fetch(url: string): Held {
    const page = this.http.get(url).then(({ bytes }) => bytes.toString('utf8'));
    const held: Held = { page, askedAt_ms: this.now(), fetchedAt_ms: Number.POSITIVE_INFINITY };
    this.held.set(url, held);
    page.then(
      () => {
        held.fetchedAt_ms = this.now();
      },
      () => this.forget(url, held),
    );
    return held;
  }

  /** A younger request for the same page may have taken its place. */
  private forget(url: string, held: Held): void {
    if (this.held.get(url) === held) this.held.delete(url);
  }

  private forgetOld(ttl_ms: number): void {
    const now_ms = this.now();
    for (const [url, { askedAt_ms, fetchedAt_ms }] of this.held) {
      // One asked for in the future is from before the clock was set back, and would look new until it has
      // caught up.
      if (now_ms - fetchedAt_ms >= ttl_ms || askedAt_ms > now_ms) this.held.delete(url);
    }
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
