import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { retryAfter_ms } from '../../../../clients/http/httpAnswer';
import { PoliteHttp } from '../../../../clients/http/politeHttp';
import { client, FakeSite, SITE, status } from './fakeSite';

const LOCAL = 'http://127.0.0.1:9/a.zip';

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
    ['99999999999999999999', 86_400_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
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
