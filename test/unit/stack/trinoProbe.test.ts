import { probeTrinoQuery } from '../../../stack/probes/trino';

describe('a small query of the stack itself', () => {
  afterEach(() => jest.restoreAllMocks());

  /** Answers one row a page, and `pages` pages. */
  function serve(pages: number): void {
    let page = 0;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => {
      page += 1;
      return Response.json({ data: [[page]], ...(page < pages ? { nextUri: `http://trino/${page}` } : {}) });
    });
  }

  it('gives all rows of an answer in many pages', async () => {
    serve(600);
    expect(await probeTrinoQuery('http://trino', 'select 1')).toHaveLength(600);
  });

  it('fails, and gives no part of the answer, where it has too many', async () => {
    serve(5_000);
    await expect(probeTrinoQuery('http://trino', 'select 1')).rejects.toThrow(
      'expected the whole answer in 1000 pages, found more for: select 1',
    );
  });
});
