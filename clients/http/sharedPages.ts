import { abortable } from '../../core/abortable';
import type { HttpRequest } from './politeHttp';
import { SourceFileMissingError } from './errors';
import type { Validator } from './validator';

/** How old an answer may be. */
export interface PageAge {
  /** For how long an answer serves. */
  ttl_ms: number;
  /** Only an answer requested at or after this instant is accepted: earlier publications must be in it. */
  since_ms?: number;
  /** An answer requested at or after this instant serves as long as it is kept: it is final. */
  settled_ms?: number;
  /** How long a missing page is not requested again, whatever `since_ms` says. */
  missing_ms?: number;
  signal?: AbortSignal;
}

interface Page {
  text: string;
  validator: Validator | null;
  /** When it was last read whole. */
  read_ms: number;
}

interface Held {
  asked_ms: number;
  page: Promise<Page>;
  /** Infinite while the request is under way. */
  fetched_ms: number;
  isMissing: boolean;
  used_ms: number;
}

/** The client methods that pages need. */
export interface PageClient {
  get(
    url: string,
    request?: HttpRequest,
  ): Promise<{ bytes: Buffer; isUnchanged: boolean; validator: Validator | null }>;
}

/** A page not requested during this time is dropped. */
const KEPT_MS = 3_600_000;
/** A site that says "unchanged" by mistake hides files for this long at most. */
const READ_WHOLE_MS = 600_000;

/**
 * Pages (directory listings) that many callers request at once: callers of one address share one request, its
 * answer serves as long as the caller's rule says, and the next request is conditional if the site supports
 * it. A failure is not cached, but a missing page is. A caller that gives up leaves the request running for
 * the others.
 */
export class SharedPages {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly http: PageClient,
    private readonly now: () => number = Date.now,
  ) {}

  async text(url: string, age: PageAge): Promise<string> {
    age.signal?.throwIfAborted();
    const known = this.held.get(url);
    const held = known && this.serves(known, age) ? known : this.fetch(url, known);
    held.used_ms = this.now();
    return (await abortable(held.page, age.signal)).text;
  }

  /** An answer from the future is from before the clock was set back, and would look new for that long. */
  private serves(held: Held, { ttl_ms, since_ms = 0, settled_ms, missing_ms = 0 }: PageAge): boolean {
    const { asked_ms, fetched_ms } = held;
    const now_ms = this.now();
    if (asked_ms > now_ms) return false;
    if (held.isMissing) return now_ms - fetched_ms < missing_ms;
    if (asked_ms < since_ms) return false;
    return now_ms - fetched_ms < ttl_ms || (settled_ms !== undefined && asked_ms >= settled_ms);
  }

  private fetch(url: string, before: Held | undefined): Held {
    this.forgetUnused();
    const asked_ms = this.now();
    const page = this.read(url, before);
    const held: Held = { page, asked_ms, fetched_ms: Infinity, isMissing: false, used_ms: asked_ms };
    this.held.set(url, held);
    page.then(
      () => {
        held.fetched_ms = this.now();
      },
      (error: unknown) => {
        if (error instanceof SourceFileMissingError)
          Object.assign(held, { isMissing: true, fetched_ms: this.now() });
        else this.forget(url, held);
      },
    );
    return held;
  }

  private async read(url: string, before: Held | undefined): Promise<Page> {
    // A running request is not waited for.
    const known =
      before && before.fetched_ms < Infinity ? await before.page.catch(() => undefined) : undefined;
    const isRecent = known && Math.abs(this.now() - known.read_ms) < READ_WHOLE_MS;
    const validator = isRecent ? (known.validator ?? undefined) : undefined;
    const answer = await this.http.get(url, { validator });
    if (known && answer.isUnchanged) return known;
    return { text: answer.bytes.toString('utf8'), validator: answer.validator, read_ms: this.now() };
  }

  /** A newer request for the same page may have replaced it. */
  private forget(url: string, held: Held): void {
    if (this.held.get(url) === held) this.held.delete(url);
  }

  private forgetUnused(): void {
    const oldest_ms = this.now() - KEPT_MS;
    for (const [url, { used_ms }] of this.held) if (used_ms < oldest_ms) this.held.delete(url);
  }
}
