import { PoliteHttp, type HttpEffects, type PoliteHttpOptions } from '../../../../clients/http/politeHttp';

export const SITE = 'http://site.example/Reports/a.zip';

type Answer = Response | Error | (() => Promise<Response>);

/** A site that gives these answers in turn, and a clock that only moves when something waits. */
export class FakeSite implements HttpEffects {
  time_ms = Date.parse('2026-11-20T00:00:00Z');
  readonly sleeps: number[] = [];
  readonly requests: { url: string; at_ms: number; userAgent: string; headers: Headers }[] = [];

  constructor(private readonly answers: Answer[]) {}

  now = (): number => this.time_ms;
  wallNow = (): number => this.time_ms;
  random = (): number => 0;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.time_ms += ms;
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    this.requests.push({ url, at_ms: this.time_ms, userAgent: headers.get('user-agent')!, headers });
    const answer = this.answers.shift() ?? new Response('ok');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }
}

export function client(site: FakeSite, options: Partial<PoliteHttpOptions> = {}): PoliteHttp {
  return new PoliteHttp({ requestsPerSecond: 1, version: '0.1.0', ...options }, site);
}

export const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response('no', { status: code, headers });
