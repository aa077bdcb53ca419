import { setTimeout as delay } from 'node:timers/promises';
import { HostPace, type PaceClock } from './hostPace';
import { isLoopback, readBody, retryAfter_ms } from './httpAnswer';
import { SourceFileMissingError, SourceRefusedError, SourceUnavailableError } from './politeHttpErrors';

export interface HttpEffects extends PaceClock {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** 0 to under 1. */
  random(): number;
}

export interface PoliteHttpOptions {
  requestsPerSecond: number;
  /** Of Currents, for the User-Agent. */
  version: string;
  /** Mail address or page by which the site can reach whoever runs this. */
  contact?: string;
  tries?: number;
  timeout_ms?: number;
  maxBytes?: number;
  /** First wait after 429, 5xx, a timeout or a broken connection; doubles with each try. */
  backoff_ms?: number;
  maxBackoff_ms?: number;
  /** Wait after 403, by which this site says "too often". */
  forbiddenBackoff_ms?: number;
  /** Waits towards loopback hosts only, so that tests need not be slow nor the public site be pressed. */
  loopback?: { backoff_ms: number; forbiddenBackoff_ms: number };
  /** A longer Retry-After is not waited for here but handed on in the error. */
  maxRetryAfter_ms?: number;
}

export interface HttpRequest {
  signal?: AbortSignal;
  maxBytes?: number;
  timeout_ms?: number;
}

export interface HttpFile {
  url: string;
  bytes: Buffer;
  contentType: string | null;
  tries: number;
}

const DEFAULTS = {
  tries: 4,
  timeout_ms: 60_000,
  maxBytes: 256 << 20,
  backoff_ms: 1000,
  maxBackoff_ms: 60_000,
  forbiddenBackoff_ms: 30_000,
  maxRetryAfter_ms: 120_000,
};

/**
 * Time as of the start of the process and counted from there: the pace of a host would stand still for as
 * long as a wall clock is set back.
 */
const SYSTEM: HttpEffects = {
  fetch: (url, init) => fetch(url, init),
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: Math.random,
};

/** One pace for the whole process, however many clients it makes. */
const PROCESS_PACE = new HostPace(SYSTEM);

/** What one try came to, when not a file and not final. */
interface Setback {
  found: string;
  wait_ms: number;
  /** The site spoke of asking too often: every caller of this process waits. */
  holdsHost: boolean;
  asked_ms?: number;
  cause?: unknown;
}

/**
 * Fetches files from a public site as a good guest: one pace for the process (loopback hosts excepted), a
 * User-Agent that names us, 30 s of quiet after 403, exponential waits with jitter after 429, 5xx, timeouts
 * and broken connections, Retry-After honoured, few tries. GET only, so it can be repeated.
 */
export class PoliteHttp {
  private readonly options: PoliteHttpOptions & typeof DEFAULTS;
  private readonly pace: HostPace;
  private readonly userAgent: string;

  constructor(
    options: PoliteHttpOptions,
    private readonly effects: HttpEffects = SYSTEM,
  ) {
    this.options = { ...DEFAULTS, ...withoutUndefined(options) };
    this.pace = effects === SYSTEM ? PROCESS_PACE : new HostPace(effects);
    this.userAgent = `Currents/${options.version}${options.contact ? ` (+${options.contact})` : ''}`;
  }

  /**
   * @throws SourceFileMissingError on 404 and 410, SourceRefusedError on other final answers,
   * SourceFileTooLargeError, SourceUnavailableError when the tries are used up; the signal's own reason once
   * it is aborted.
   */
  async get(url: string, request: HttpRequest = {}): Promise<HttpFile> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.tryOnce(url, tries, request);
      if ('bytes' in answer) return { ...answer, tries };
      const { found, asked_ms, cause, wait_ms } = answer;
      const mayWait = tries < this.options.tries && (asked_ms ?? 0) <= this.options.maxRetryAfter_ms;
      if (answer.holdsHost && !isLoopback(url)) this.pace.hold(new URL(url).host, wait_ms);
      if (!mayWait) throw new SourceUnavailableError(url, tries, found, asked_ms ?? wait_ms, cause);
      await this.effects.sleep(wait_ms, request.signal);
    }
  }

  private async tryOnce(
    url: string,
    tries: number,
    request: HttpRequest,
  ): Promise<Omit<HttpFile, 'tries'> | Setback> {
    const { signal } = request;
    if (!isLoopback(url)) await this.pace.turn(new URL(url).host, this.options.requestsPerSecond, signal);
    signal?.throwIfAborted();
    try {
      return await this.fetchOnce(url, tries, request);
    } catch (error) {
      signal?.throwIfAborted();
      if (!isConnectionTrouble(error)) throw error;
      return {
        found: describe(error),
        wait_ms: this.exponential(url, tries),
        holdsHost: false,
        cause: error,
      };
    }
  }

  private async fetchOnce(
    url: string,
    tries: number,
    request: HttpRequest,
  ): Promise<Omit<HttpFile, 'tries'> | Setback> {
    const timeout = AbortSignal.timeout(request.timeout_ms ?? this.options.timeout_ms);
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
    const response = await this.effects.fetch(url, {
      headers: { 'user-agent': this.userAgent, accept: '*/*' },
      signal,
    });
    if (response.ok) {
      const bytes = await readBody(response, url, request.maxBytes ?? this.options.maxBytes);
      return { url, bytes, contentType: response.headers.get('content-type') };
    }
    await response.body?.cancel();
    return this.setback(url, response, tries);
  }

  private setback(url: string, { status, headers }: Response, tries: number): Setback {
    if (status === 404 || status === 410) throw new SourceFileMissingError(url, status);
    if (status < 500 && ![403, 408, 425, 429].includes(status)) throw new SourceRefusedError(url, status);
    const own_ms = status === 403 ? this.forbidden(url) : this.exponential(url, tries);
    const asked_ms = retryAfter_ms(headers.get('retry-after'), this.effects.now());
    return {
      found: `HTTP ${status}`,
      wait_ms: Math.max(own_ms, asked_ms ?? 0),
      holdsHost: status === 403 || status === 429,
      asked_ms,
    };
  }

  /** Half fixed, half random: callers that failed together do not come back together. */
  private exponential(url: string, tries: number): number {
    const { backoff_ms } = this.waitsFor(url);
    return (
      Math.min(backoff_ms * 2 ** (tries - 1), this.options.maxBackoff_ms) * (0.5 + this.effects.random() / 2)
    );
  }

  private forbidden(url: string): number {
    return this.waitsFor(url).forbiddenBackoff_ms * (1 + this.effects.random() / 4);
  }

  private waitsFor(url: string): { backoff_ms: number; forbiddenBackoff_ms: number } {
    return this.options.loopback && isLoopback(url) ? this.options.loopback : this.options;
  }
}

/**
 * Of fetch itself: no route, reset, cut body, timeout. Told by name, for fetch may live in another realm than
 * this code.
 */
function isConnectionTrouble(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    (name === 'TypeError' && /^(fetch failed|terminated)/.test(message))
  );
}

function describe(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ? `${message} (${cause.code})` : message;
}

function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
