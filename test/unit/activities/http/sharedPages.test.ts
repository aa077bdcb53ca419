import { SharedPages } from '../../../../clients/http/sharedPages';
import { client, FakeSite, SITE, status } from './fakeSite';

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
