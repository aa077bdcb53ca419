/** Of a catalog's columns and small answers; a larger answer is no probe. */
const MOST_PAGES = 1_000;

interface Page {
  nextUri?: string;
  data?: unknown[][];
  error?: { message: string };
}

/**
 * Runs a small query to its end as user `currents` and resolves with its rows.
 *
 * @throws Error with Trino's message when the query fails, or when its answer has too many pages.
 */
export async function probeTrinoQuery(address: string, sql: string): Promise<unknown[][]> {
  let page = await fetchPage(`${address}/v1/statement`, { method: 'POST', body: sql });
  const rows = [...(page.data ?? [])];
  for (let count = 0; page.nextUri !== undefined && count < MOST_PAGES; count += 1) {
    page = await fetchPage(page.nextUri, {});
    rows.push(...(page.data ?? []));
  }
  if (page.nextUri !== undefined)
    throw new Error(`Trino: expected the whole answer in ${MOST_PAGES} pages, found more for: ${sql}`);
  return rows;
}

async function fetchPage(url: string, options: RequestInit): Promise<Page> {
  const headers = { 'x-trino-user': 'currents', 'x-trino-source': 'currents-probe' };
  const response = await fetch(url, { ...options, headers, signal: AbortSignal.timeout(10_000) });
  if (!response.ok)
    throw new Error(`Trino answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  const page = (await response.json()) as Page;
  if (page.error !== undefined) throw new Error(`Trino: ${page.error.message}`);
  return page;
}
