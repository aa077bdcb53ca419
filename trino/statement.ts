import { Trino, type Query, type QueryResult as Answer } from 'trino-client';
import { queryErrorOf, TrinoRefusedError, TrinoUnavailableError } from './errors';
import { parseLosslessJson } from './losslessJson';

const REQUEST_TIMEOUT_MS = 60_000;
const CANCEL_TIMEOUT_MS = 5_000;
const POLL_ATTEMPTS = 6;
const POLL_PAUSE_MS = 250;

/** Answers by which Trino asks the client to poll again (its client protocol, "HTTP 502, 503, or 504"). */
const ASK_AGAIN = new Set([429, 502, 503, 504]);

/** The part of the client's axios configuration that is set here. */
interface RequestConfig {
  timeout?: number;
  signal?: AbortSignal;
  transformResponse?: ((text: unknown) => unknown)[];
}

export interface StatementTarget {
  server: string;
  user: string;
  source: string;
}

/**
 * One statement through npm `trino-client` 0.2.9, with the features missing in that client:
 * - a time limit per request, and abort;
 * - polling again after a passing 503;
 * - the query id before the first rows;
 * - failures raised as errors: it hands them out as ordinary pages, or not at all when the first answer holds
 *   one;
 * - bigints unrounded.
 *
 * It has no options for these, so they are set on the request configuration it keeps. A client is made for
 * each statement because it carries `SET SESSION` from one statement into the next.
 */
export class Statement {
  private readonly client: Trino;
  private readonly config: RequestConfig;
  private latest: Answer & { updateCount?: number } = { id: 'not started' };

  constructor(private readonly target: StatementTarget) {
    this.client = Trino.create({
      server: target.server,
      source: target.source,
      extraHeaders: { 'X-Trino-User': target.user },
    });
    this.config = requestConfigOf(this.client);
    this.config.timeout = REQUEST_TIMEOUT_MS;
    this.config.transformResponse = [(text: unknown) => this.read(text)];
  }

  get queryId(): string {
    return this.latest.id;
  }

  get updateCount(): number | undefined {
    return this.latest.updateCount;
  }

  /**
   * Starts the statement and yields each answer that carries rows or columns. The start itself is not
   * abortable: it takes a moment, and without its answer there is no query id to end the query by.
   */
  async *answers(query: Query, signal: AbortSignal): AsyncGenerator<Answer> {
    signal.throwIfAborted();
    const iterator = await this.client.query(query).catch((error: unknown) => this.raise(error));
    this.config.signal = signal;
    for (;;) {
      signal.throwIfAborted();
      this.throwOnFailure();
      const next = await this.poll(() => iterator.next(), signal);
      this.throwOnFailure();
      if (next.done) return;
      yield next.value;
    }
  }

  /**
   * Ends the query on the server. The answer does not matter: Trino itself ends a query that is not polled.
   */
  async cancel(): Promise<void> {
    if (this.latest.nextUri === undefined) return;
    this.config.signal = undefined;
    this.config.timeout = CANCEL_TIMEOUT_MS;
    await this.client.cancel(this.queryId).catch(() => undefined);
  }

  private read(text: unknown): unknown {
    if (typeof text !== 'string' || !text.startsWith('{')) return text;
    const answer = parseLosslessJson(text) as Answer;
    if (typeof answer.id === 'string') this.latest = answer;
    return answer;
  }

  private async poll<T>(next: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await next();
      } catch (error) {
        signal.throwIfAborted();
        const mayPass = statusOf(error) === undefined || ASK_AGAIN.has(statusOf(error) ?? 0);
        if (!mayPass || attempt === POLL_ATTEMPTS) this.raise(error);
        await new Promise((resolve) => setTimeout(resolve, POLL_PAUSE_MS * attempt));
      }
    }
  }

  private throwOnFailure(): void {
    const { error, id } = this.latest;
    if (error)
      throw queryErrorOf({
        queryId: id,
        errorName: error.errorName,
        errorType: error.errorType,
        message: error.message,
      });
  }

  private raise(error: unknown): never {
    const status = statusOf(error);
    const found = error instanceof Error ? error.message || error.name : String(error);
    if (status !== undefined && status < 500 && !ASK_AGAIN.has(status) && status !== 404) {
      throw new TrinoRefusedError(this.target.server, status, bodyOf(error) || found);
    }
    throw new TrinoUnavailableError(
      this.target.server,
      status === undefined ? found : `HTTP ${status}`,
      error,
    );
  }
}

/** The only use of the client's private parts; a test fails if a new version moves them. */
function requestConfigOf(trino: Trino): RequestConfig {
  return (trino as unknown as { client: { clientConfig: RequestConfig } }).client.clientConfig;
}

function statusOf(error: unknown): number | undefined {
  return (error as { response?: { status?: number } }).response?.status;
}

function bodyOf(error: unknown): string {
  const data = (error as { response?: { data?: unknown } }).response?.data;
  return typeof data === 'string' ? data.slice(0, 300) : '';
}
