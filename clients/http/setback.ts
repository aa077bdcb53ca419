/** Outcome of a try that is neither usable nor final. */
export interface Setback {
  found: string;
  /** Until the next try of this caller; what the whole host waits is kept by its pace. */
  wait_ms: number;
  /** How long the site wants quiet from all callers; undefined when it does not complain. */
  held_ms?: number;
  cause?: unknown;
}

export interface Redirect {
  to: string;
  status: number;
}

/** With these the site says that requests are too frequent: every caller waits. */
export const THROTTLES = new Set([403, 429, 503]);

/** Other transient statuses under 500. */
export const MAY_PASS = new Set([408, 425]);

/**
 * Of fetch itself: no route, reset, cut body, timeout. Recognized by name, since fetch may live in another
 * realm than this code.
 */
export function isConnectionTrouble(error: unknown): boolean {
  const { name, message } = error as Error;
  return (
    name === 'TimeoutError' ||
    name === 'AbortError' ||
    (name === 'TypeError' && /^(fetch failed|terminated)/.test(message))
  );
}

export function describe(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ? `${message} (${cause.code})` : message;
}

/** Target of a redirect; null for every other answer. */
export function redirectOf(url: string, { status, headers }: Response): Redirect | null {
  const to = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || !to || !URL.canParse(to, url)) return null;
  const next = new URL(to, url);
  return next.protocol === 'http:' || next.protocol === 'https:' ? { to: next.href, status } : null;
}
