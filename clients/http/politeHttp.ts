import { setTimeout as delay } from 'node:timers/promises';
import { HostPace, type PaceClock, type Sent, type Turn } from './hostPace';
import { readBody, retryAfter_ms } from './httpAnswer';
import { SourceFileMissingError, SourceRefusedError, SourceUnavailableError } from './errors';
import {
  describe,
  isConnectionTrouble,
  MAY_PASS,
  redirectOf,
  THROTTLES,
  type Redirect,
  type Setback,
} from './setback';
import { conditionsOf, validatorOf, type Validator } from './validator';

/** Of Currents, as sites see it. */
export const USER_AGENT_VERSION = '0.1';

export interface HttpEffects extends PaceClock {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Time of day, for the dates that a site names. */
  wallNow(): number;
  /** 0 to under 1. */
  random(): number;
}

export interface PoliteHttpOptions {
  requestsPerSecond: number;
  /** Folder of the home, by which all processes share one pace; without it this process has its own. */
  paceFolder?: string;
  /** Of Currents, for the User-Agent. */
  version: string;
  /** Mail address or page by which the site can reach the operator. */
  contact?: string;
  tries?: number;
  timeout_ms?: number;
  maxBytes?: number;
  /** First wait after 5xx, a timeout or a broken connection; doubles with each try. */
  backoff_ms?: number;
  maxBackoff_ms?: number;
  /** Quiet after 403, 429 or 503 without Retry-After; doubles while the site goes on complaining. */
  hold_ms?: number;
  /** A longer quiet time is not waited for here: the error carries it. */
  maxWait_ms?: number;
}

export interface HttpRequest {
  signal?: AbortSignal;
  maxBytes?: number;
  timeout_ms?: number;
  /** A download of minutes: takes one of the host's two places at most. */
  isBulk?: boolean;
  /** From an earlier answer: the site may say that it is still valid. */
  validator?: Validator;
}

export interface HttpFile {
  url: string;
  bytes: Buffer;
  contentType: string | null;
  tries: number;
  /** True when the validator's answer is still valid; `bytes` is empty then. */
  isUnchanged: boolean;
  /** Makes a later request for the same address conditional. */
  validator: Validator | null;
}

type Answer = Omit<HttpFile, 'tries'> | Setback | Redirect;

const DEFAULTS = {
  tries: 4,
  timeout_ms: 60_000,
  maxBytes: 256 << 20,
  backoff_ms: 1000,
  maxBackoff_ms: 60_000,
  hold_ms: 30_000,
  maxWait_ms: 120_000,
};
const REDIRECTS_MAX = 5;

/**
 * Monotonic time of the machine, which all its processes read alike: a wall clock set back would stop the
 * pace of a host for that long.
 */
const SYSTEM: HttpEffects = {
  fetch: (url, init) => fetch(url, init),
  now: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  wallNow: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  random: Math.random,
};

/** One pace for each folder, however many clients this process makes. */
const PACES = new Map<string | undefined, HostPace>();

function sharedPace(folder: string | undefined): HostPace {
  const pace = PACES.get(folder) ?? new HostPace(SYSTEM, folder);
  PACES.set(folder, pace);
  return pace;
}

/**
 * Fetches files politely from a site of any address: one pace for all processes of a home, two requests
 * under way at most, a User-Agent that names us, quiet after 403, 429 and 503 (Retry-After honoured),
 * exponential waits with jitter after other 5xx, timeouts and broken connections, few tries. Only GET and
 * HEAD, which can be repeated.
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
    this.pace =
      effects === SYSTEM ? sharedPace(options.paceFolder) : new HostPace(effects, options.paceFolder);
    this.userAgent = `Currents/${options.version}${options.contact ? ` (+${options.contact})` : ''}`;
  }

  /**
   * @throws SourceFileMissingError on 404 and 410, SourceRefusedError on other final answers,
   * SourceFileTooLargeError, SourceHeldError while the site wants quiet for long, SourceUnavailableError when
   * the tries are used up; the signal's own reason once it is aborted.
   */
  async get(url: string, request: HttpRequest = {}): Promise<HttpFile> {
    let [at, redirects] = [url, 0];
    for (let tries = 1; ;) {
      const answer = await this.tryOnce(at, tries, request);
      if ('bytes' in answer) return { ...answer, url, tries };
      if ('to' in answer) {
        if ((redirects += 1) > REDIRECTS_MAX) throw new SourceRefusedError(url, answer.status);
        at = answer.to;
        continue;
      }
      const { found, cause, held_ms, wait_ms } = answer;
      if (tries === this.options.tries || (held_ms ?? 0) > this.options.maxWait_ms)
        throw new SourceUnavailableError(url, tries, found, held_ms ?? wait_ms, cause);
      if (wait_ms > 0) await this.effects.sleep(wait_ms, request.signal);
      tries += 1;
    }
  }

  /**
   * The headers alone, whatever the status, in one try.
   *
   * @throws SourceHeldError, SourceUnavailableError when the site complains; the error of fetch itself.
   */
  async head(url: string, request: HttpRequest = {}): Promise<Headers> {
    return this.pace.during(url, this.turnOf(request), async (sent) => {
      const response = await this.send('HEAD', url, sent, request);
      await response.body?.cancel();
      if (!THROTTLES.has(response.status)) return response.headers;
      const held_ms = await this.throttled(url, response, sent);
      throw new SourceUnavailableError(url, 1, `HTTP ${response.status}`, held_ms);
    });
  }

  private async tryOnce(url: string, tries: number, request: HttpRequest): Promise<Answer> {
    return this.pace.during(url, this.turnOf(request), async (sent) => {
      try {
        return await this.fetchOnce(url, tries, sent, request);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (!isConnectionTrouble(error)) throw error;
        return { found: describe(error), wait_ms: this.exponential(tries), cause: error };
      }
    });
  }

  private turnOf({ isBulk, signal, timeout_ms }: HttpRequest): Turn {
    const { requestsPerSecond, maxWait_ms } = this.options;
    return {
      requestsPerSecond,
      maxWait_ms,
      isBulk,
      signal,
      timeout_ms: timeout_ms ?? this.options.timeout_ms,
    };
  }

  private async send(method: string, url: string, sent: Sent, request: HttpRequest): Promise<Response> {
    const timeout = AbortSignal.timeout(request.timeout_ms ?? this.options.timeout_ms);
    const response = await this.effects.fetch(url, {
      method,
      headers: { 'user-agent': this.userAgent, accept: '*/*', ...conditionsOf(request.validator) },
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      // Followed here, so that its target waits for its turn as well.
      redirect: 'manual',
    });
    sent.isAnswered = !THROTTLES.has(response.status);
    return response;
  }

  private async fetchOnce(url: string, tries: number, sent: Sent, request: HttpRequest): Promise<Answer> {
    const response = await this.send('GET', url, sent, request);
    if (response.ok) {
      const bytes = await readBody(response, url, request.maxBytes ?? this.options.maxBytes);
      return fileOf(url, bytes, response);
    }
    await response.body?.cancel();
    if (response.status === 304 && request.validator)
      return { ...fileOf(url, Buffer.alloc(0), response), isUnchanged: true };
    return redirectOf(url, response) ?? this.setback(url, response, tries, sent);
  }

  private async setback(url: string, response: Response, tries: number, sent: Sent): Promise<Setback> {
    const { status } = response;
    const found = `HTTP ${status}`;
    if (status === 404 || status === 410) throw new SourceFileMissingError(url, status);
    if (THROTTLES.has(status))
      return { found, wait_ms: 0, held_ms: await this.throttled(url, response, sent) };
    if (status < 500 && !MAY_PASS.has(status)) throw new SourceRefusedError(url, status);
    const asked_ms = this.askedBy(response);
    return { found, wait_ms: Math.max(this.exponential(tries), asked_ms ?? 0), held_ms: asked_ms };
  }

  private throttled(url: string, response: Response, { at_ms }: Sent): Promise<number> {
    const hold_ms = this.options.hold_ms * (1 + this.effects.random() / 4);
    return this.pace.throttled(url, at_ms, hold_ms, this.askedBy(response));
  }

  private askedBy({ headers }: Response): number | undefined {
    return retryAfter_ms(headers.get('retry-after'), this.effects.wallNow());
  }

  /** Half fixed, half random: callers that failed together do not come back together. */
  private exponential(tries: number): number {
    const { backoff_ms, maxBackoff_ms } = this.options;
    return Math.min(backoff_ms * 2 ** (tries - 1), maxBackoff_ms) * (0.5 + this.effects.random() / 2);
  }
}

function fileOf(url: string, bytes: Buffer, response: Response): Omit<HttpFile, 'tries'> {
  const contentType = response.headers.get('content-type');
  return { url, bytes, contentType, isUnchanged: false, validator: validatorOf(response) };
}

function withoutUndefined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
