import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { retryAfter_ms } from '../../../../clients/http/httpAnswer';
import { PoliteHttp, type HttpEffects, type PoliteHttpOptions } from '../../../../clients/http/politeHttp';
import { SharedPages } from '../../../../clients/http/sharedPages';

const SITE = 'http://site.example/Reports/a.zip';
const LOCAL = 'http://127.0.0.1:9/a.zip';

type Answer = Response | Error | (() => Promise<Response>);

/** A site that gives these answers in turn, and a clock that only moves when something waits. */
class FakeSite implements HttpEffects {
  time_ms = Date.parse('2026-11-20T00:00:00Z');
  readonly sleeps: number[] = [];
  readonly requests: { url: string; at_ms: number; userAgent: string }[] = [];

  constructor(private readonly answers: Answer[]) {}

  now = (): number => this.time_ms;
  random = (): number => 0;

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.sleeps.push(ms);
    this.time_ms += ms;
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    this.requests.push({ url, at_ms: this.time_ms, userAgent: new Headers(init.headers).get('user-agent')! });
    const answer = this.answers.shift() ?? new Response('ok');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }
}

function client(site: FakeSite, options: Partial<PoliteHttpOptions> = {}): PoliteHttp {
  return new PoliteHttp({ requestsPerSecond: 1, version: '0.1.0', ...options }, site);
}

const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response('no', { status: code, headers });

describe('fetching from the public site', () => {
  it('names itself and gives the bytes', async () => {
    const site = new FakeSite([new Response('hello')]);
    expect(await client(site, { contact: 'ops@example.org' }).get(SITE)).toMatchObject({
      url: SITE,
      bytes: Buffer.from('hello'),
      tries: 1,
    });
    expect(site.requests[0]!.userAgent).toBe('Currents/0.1.0 (+ops@example.org)');
  });

  it('spaces requests, however many callers there are', async () => {
    const site = new FakeSite([]);
    const polite = client(site, { requestsPerSecond: 2 });
    for (let index = 0; index < 4; index += 1) await polite.get(SITE);
    expect(site.requests.map(({ at_ms }) => at_ms - site.requests[0]!.at_ms)).toEqual([0, 500, 1000, 1500]);
  });

  it('does not space requests to this machine', async () => {
    const site = new FakeSite([]);
    await Promise.all(Array.from({ length: 5 }, () => client(site).get(LOCAL)));
    expect(site.sleeps).toEqual([]);
  });

  it('leaves the site alone for 30 s after 403', async () => {
    const site = new FakeSite([status(403), new Response('ok')]);
    expect(await client(site).get(SITE)).toMatchObject({ tries: 2 });
    expect(site.requests[1]!.at_ms - site.requests[0]!.at_ms).toBe(30_000);
  });

  it('keeps the 30 s on this machine unless told otherwise, and never shortens them elsewhere', async () => {
    const loopback = { backoff_ms: 1, forbiddenBackoff_ms: 2 };
    for (const [url, options, expected] of [
      [LOCAL, {}, 30_000],
      [LOCAL, { loopback }, 2],
      [SITE, { loopback }, 30_000],
    ] as const) {
      const site = new FakeSite([status(403)]);
      await client(site, options).get(url);
      expect(site.requests[1]!.at_ms - site.requests[0]!.at_ms).toBe(expected);
    }
  });

  it('waits longer with each try after 429, 5xx and broken connections', async () => {
    const site = new FakeSite([status(429), status(503), new TypeError('fetch failed'), new Response('ok')]);
    await client(site, { requestsPerSecond: 100 }).get(SITE);
    expect(site.sleeps.filter((ms) => ms > 100)).toEqual([500, 1000, 2000]);
  });

  it.each([
    ['7', 7000],
    ['Fri, 20 Nov 2026 00:00:20 GMT', 20_000],
  ])('waits as long as Retry-After %s asks', async (header, expected) => {
    const site = new FakeSite([status(503, { 'retry-after': header })]);
    await client(site).get(SITE);
    expect(site.sleeps[0]).toBe(expected);
  });

  it('hands a very long Retry-After on instead of waiting', async () => {
    const site = new FakeSite([status(429, { 'retry-after': '3600' })]);
    await expect(client(site).get(SITE)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
      retryAfter_ms: 3_600_000,
    });
    expect(site.sleeps).toEqual([]);
  });

  it('gives up after its tries, saying what it met', async () => {
    const site = new FakeSite(Array.from({ length: 9 }, () => status(500)));
    await expect(client(site).get(SITE)).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      retryable: true,
      message: `${SITE}: expected the file within 4 tries, found HTTP 500`,
    });
    expect(site.requests).toHaveLength(4);
  });

  it.each([
    [404, 'SOURCE_FILE_MISSING'],
    [410, 'SOURCE_FILE_MISSING'],
    [400, 'SOURCE_REFUSED'],
    [401, 'SOURCE_REFUSED'],
  ])('takes %i as final', async (code, expected) => {
    const site = new FakeSite([status(code)]);
    await expect(client(site).get(SITE)).rejects.toMatchObject({ code: expected, retryable: false });
    expect(site.requests).toHaveLength(1);
  });

  it('stops at the size limit', async () => {
    await expect(
      client(new FakeSite([new Response('x'.repeat(1000))])).get(SITE, { maxBytes: 999 }),
    ).rejects.toMatchObject({ code: 'SOURCE_FILE_TOO_LARGE', retryable: false });
  });

  it('stops when its caller gives up', async () => {
    const stop = new AbortController();
    const site = new FakeSite([
      () => {
        stop.abort(new Error('cancelled'));
        return Promise.reject(new DOMException('aborted', 'AbortError'));
      },
    ]);
    await expect(client(site).get(SITE, { signal: stop.signal })).rejects.toThrow('cancelled');
    expect(site.requests).toHaveLength(1);
  });

  it('does not hide a defect behind retries', async () => {
    const site = new FakeSite([new RangeError('bug')]);
    await expect(client(site).get(SITE)).rejects.toThrow(RangeError);
  });
});

describe('Retry-After', () => {
  it.each([
    [null, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%j is %j ms', (header, expected) => {
    expect(retryAfter_ms(header, 1_000_000)).toBe(expected);
  });
});

describe('against a real server', () => {
  let server: http.Server;
  let root: string;
  let calls: string[];

  beforeEach(async () => {
    calls = [];
    server = http.createServer((request, response) => {
      calls.push(request.url!);
      if (request.url === '/cut' && calls.length === 1) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => response.destroy(), 20);
      } else if (request.url !== '/slow') response.end('whole');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const polite = (): PoliteHttp =>
    new PoliteHttp({
      requestsPerSecond: 1,
      version: '0.1.0',
      tries: 2,
      loopback: { backoff_ms: 5, forbiddenBackoff_ms: 5 },
    });

  it('asks again for a body that was cut', async () => {
    expect((await polite().get(`${root}/cut`)).bytes.toString()).toBe('whole');
  });

  it('gives up on a server that does not answer', async () => {
    await expect(polite().get(`${root}/slow`, { timeout_ms: 50 })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      details: { tries: 2 },
    });
  });
});

describe('shared pages', () => {
  it('are fetched once for callers at the same time, and again after their time', async () => {
    const site = new FakeSite([new Response('one'), new Response('two')]);
    const pages = new SharedPages(client(site), site.now);
    expect(
      await Promise.all([pages.text(SITE, { ttl_ms: 2000 }), pages.text(SITE, { ttl_ms: 2000 })]),
    ).toEqual(['one', 'one']);
    site.time_ms += 1999;
    expect(await pages.text(SITE, { ttl_ms: 2000 })).toBe('one');
    site.time_ms += 1;
    expect(await pages.text(SITE, { ttl_ms: 2000 })).toBe('two');
    expect(site.requests).toHaveLength(2);
  });

  it('are read again for a caller who must see what was published before it asked', async () => {
    const site = new FakeSite([new Response('before'), new Response('after')]);
    const pages = new SharedPages(client(site), site.now);
    expect(await pages.text(SITE, { ttl_ms: 8000 })).toBe('before');
    site.time_ms += 1;
    const asked_ms = site.time_ms;
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms: asked_ms })).toBe('after');
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms: asked_ms })).toBe('after');
    expect(site.requests).toHaveLength(2);
  });

  it('are read again after the clock was set back, however new they look', async () => {
    const site = new FakeSite([new Response('an hour ahead'), new Response('now')]);
    const pages = new SharedPages(client(site), site.now);
    expect(await pages.text(SITE, { ttl_ms: 8000 })).toBe('an hour ahead');
    site.time_ms -= 3_600_000;
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms: site.time_ms })).toBe('now');
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms: site.time_ms })).toBe('now');
  });

  it('forget a failure', async () => {
    const site = new FakeSite([status(404), new Response('there')]);
    const pages = new SharedPages(client(site), site.now);
    await expect(pages.text(SITE, { ttl_ms: 1000 })).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING' });
    expect(await pages.text(SITE, { ttl_ms: 1000 })).toBe('there');
  });

  it('go on for the others when one caller gives up', async () => {
    let answer: (response: Response) => void = () => undefined;
    const site = new FakeSite([
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    ]);
    const pages = new SharedPages(client(site), site.now);
    const stop = new AbortController();
    const impatient = pages.text(SITE, { ttl_ms: 1000, signal: stop.signal });
    const patient = pages.text(SITE, { ttl_ms: 1000 });
    stop.abort(new Error('cancelled'));
    await expect(impatient).rejects.toThrow('cancelled');
    answer(new Response('late'));
    expect(await patient).toBe('late');
  });
});
