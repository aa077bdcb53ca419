const PROBE_TIMEOUT_MS = 5_000;

/**
 * Resolves when the address answers with a 2xx status, and the JSON body satisfies `accepts` if given.
 *
 * @throws Error that says what came instead.
 */
export async function probeHttp(
  url: string,
  accepts?: (body: Record<string, unknown>) => boolean,
): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`);
  if (accepts !== undefined && !accepts(JSON.parse(text) as Record<string, unknown>)) {
    throw new Error(`${url} is not ready: ${text.slice(0, 200)}`);
  }
}
