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

  it.each([SITE, LOCAL, 'http://localhost:9/a.zip'])('spaces requests to %s alike', async (url) => {
    const site = new FakeSite([]);
    const polite = client(site);
    await Promise.all(Array.from({ length: 3 }, () => polite.get(url)));
    expect(site.requests.map(({ at_ms }) => at_ms - site.requests[0]!.at_ms)).toEqual([0, 1000, 2000]);
  });

  it.each([
    [SITE, 403],
    [LOCAL, 403],
    [LOCAL, 429],
    [LOCAL, 503],
  ])('leaves %s alone for 30 s after %i, and then asks half as fast', async (url, code) => {
    const site = new FakeSite([status(code), new Response('ok')]);
    const polite = client(site);
    expect(await polite.get(url)).toMatchObject({ tries: 2 });
    await polite.get(url);
    await polite.get(url);
    expect(site.requests.map(({ at_ms }) => at_ms - site.requests[0]!.at_ms)).toEqual([
      0, 30_000, 32_000, 34_000,
    ]);
  });

  it('waits twice as long with each complaint that follows another', async () => {
    const site = new FakeSite([status(403), status(403), status(403)]);
    await client(site, { hold_ms: 5_000 }).get(SITE);
    expect(site.requests.map(({ at_ms }) => at_ms - site.requests[0]!.at_ms)).toEqual([
      0, 5_000, 15_000, 35_000,
    ]);
  });

  it('sends nothing while the site wants quiet for longer than a call waits', async () => {
    const site = new FakeSite([status(429, { 'retry-after': '3600' })]);
    const polite = client(site);
    await expect(polite.get(SITE)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    await expect(polite.get(`${SITE}?another`)).rejects.toMatchObject({
      code: 'SOURCE_HELD',
      retryable: true,
      retryAfter_ms: 3_600_000,
    });
    expect(site.requests).toHaveLength(1);
  });

  it('has two requests under way at most, and one archive', async () => {
    const open: ((response: Response) => void)[] = [];
    const site = new FakeSite(
      Array.from({ length: 4 }, () => () => new Promise((resolve) => open.push(resolve))),
    );
    const polite = client(site);
    const all = [
      polite.get(`${SITE}?archive=1`, { isBulk: true }),
      polite.get(`${SITE}?archive=2`, { isBulk: true }),
      polite.get(`${SITE}?live=1`),
      polite.get(`${SITE}?live=2`),
    ];
    const asked = async (): Promise<string[]> => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return site.requests.map(({ url }) => url.replace(`${SITE}?`, ''));
    };
    expect(await asked()).toEqual(['live=1', 'live=2']);
    open[1]!(new Response('ok'));
    expect(await asked()).toEqual(['live=1', 'live=2', 'archive=1']);
    open[0]!(new Response('ok'));
    expect(await asked()).toHaveLength(3);
    open[2]!(new Response('ok'));
    expect(await asked()).toHaveLength(4);
    open[3]!(new Response('ok'));
    await Promise.all(all);
  });

  it('keeps no place for a caller that gave up waiting', async () => {
    const site = new FakeSite([]);
    const polite = client(site);
    await expect(polite.get(SITE, { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow(
      'cancelled',
    );
    await polite.get(SITE);
    expect(site.requests).toHaveLength(1);
  });

  it('takes its turn for what a redirect leads to, and follows few', async () => {
    const to = (where: string): Response => new Response(null, { status: 302, headers: { location: where } });
    const site = new FakeSite([to('/b.zip'), new Response('there')]);
    expect(await client(site).get(SITE)).toMatchObject({ url: SITE, bytes: Buffer.from('there'), tries: 1 });
    expect(site.requests.map(({ url }) => url)).toEqual([SITE, 'http://site.example/b.zip']);
    expect(site.requests[1]!.at_ms - site.requests[0]!.at_ms).toBe(1000);
    const endless = new FakeSite(Array.from({ length: 9 }, () => to('/c.zip')));
    await expect(client(endless).get(SITE)).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
  });

  it('waits longer with each try after 5xx and broken connections', async () => {
    const site = new FakeSite([status(500), status(502), new TypeError('fetch failed'), new Response('ok')]);
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
      requestsPerSecond: 50,
      version: '0.1.0',
      tries: 2,
      backoff_ms: 5,
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
    const since_ms = site.time_ms;
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms })).toBe('now');
    expect(await pages.text(SITE, { ttl_ms: 8000, since_ms })).toBe('now');
  });

  it('forget a failure', async () => {
    const site = new FakeSite([status(400), new Response('there')]);
    const pages = new SharedPages(client(site), site.now);
    await expect(pages.text(SITE, { ttl_ms: 1000 })).rejects.toMatchObject({ code: 'SOURCE_REFUSED' });
    expect(await pages.text(SITE, { ttl_ms: 1000 })).toBe('there');
  });

  it('that are not there are not asked for again before their time, whatever a caller must see', async () => {
    const site = new FakeSite([status(404), new Response('there')]);
    const pages = new SharedPages(client(site), site.now);
    const look = (): Promise<string> =>
      pages.text(SITE, { ttl_ms: 1000, since_ms: site.time_ms, missing_ms: 3_600_000 });
    await expect(look()).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING' });
    site.time_ms += 3_599_999;
    await expect(look()).rejects.toMatchObject({ code: 'SOURCE_FILE_MISSING' });
    site.time_ms += 1;
    expect(await look()).toBe('there');
    expect(site.requests).toHaveLength(2);
  });

  it('serve without a limit once they are final', async () => {
    const site = new FakeSite([new Response('one'), new Response('two')]);
    const pages = new SharedPages(client(site), site.now);
    const began_ms = site.time_ms;
    const look = (settled_ms: number): Promise<string> => pages.text(SITE, { ttl_ms: 1000, settled_ms });
    expect(await look(began_ms)).toBe('one');
    site.time_ms += 600_000;
    expect(await look(began_ms)).toBe('one');
    expect(await look(began_ms + 1)).toBe('two');
  });

  it.each([
    ['if-none-match', '"a1"', { etag: '"a1"' }],
    [
      'if-modified-since',
      'Fri, 20 Nov 2026 00:00:00 GMT',
      { 'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT', date: 'Fri, 20 Nov 2026 00:01:00 GMT' },
    ],
    // Another change within the same second, or minute of a clock that is ahead, would not show.
    [
      'if-modified-since',
      null,
      { 'last-modified': 'Fri, 20 Nov 2026 00:00:00 GMT', date: 'Fri, 20 Nov 2026 00:00:59 GMT' },
    ],
    ['if-none-match', null, {}],
  ])('are asked for with %s %s where the site offers it', async (header, expected, offered) => {
    const answers = [new Response('page', { headers: offered }), new Response(null, { status: 304 })];
    const site = new FakeSite(expected ? answers : [answers[0]!, new Response('page')]);
    const pages = new SharedPages(client(site), site.now);
    expect(await pages.text(SITE, { ttl_ms: 1 })).toBe('page');
    site.time_ms += 5_000;
    expect(await pages.text(SITE, { ttl_ms: 1 })).toBe('page');
    expect(site.requests[1]!.headers.get(header)).toBe(expected);
  });

  it('are read whole after ten minutes, should the site be wrong about a change', async () => {
    const unchanged = (): Response => new Response(null, { status: 304 });
    const site = new FakeSite([
      new Response('one', { headers: { etag: '"1"' } }),
      unchanged(),
      new Response('two'),
    ]);
    const pages = new SharedPages(client(site), site.now);
    await pages.text(SITE, { ttl_ms: 1 });
    site.time_ms += 500_000;
    expect(await pages.text(SITE, { ttl_ms: 1 })).toBe('one');
    site.time_ms += 200_000;
    expect(await pages.text(SITE, { ttl_ms: 1 })).toBe('two');
    expect(site.requests.map(({ headers }) => headers.has('if-none-match'))).toEqual([false, true, false]);
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
    await new Promise(setImmediate);
    answer(new Response('late'));
    expect(await patient).toBe('late');
  });
});
