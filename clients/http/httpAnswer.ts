import { DAY_MS } from '../../core/interval';
import { SourceFileTooLargeError } from './errors';

/** The whole body, given up as soon as it is larger than the limit. */
export async function readBody(response: Response, url: string, limit_bytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop by an error cancels the body, and with it the download.
    if (size > limit_bytes) throw new SourceFileTooLargeError(url, limit_bytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/**
 * Milliseconds from `now_ms` that a Retry-After header asks for, given in seconds or as a date; undefined
 * when it says neither. A day at most: a site that names a year by mistake is asked again all the same.
 */
export function retryAfter_ms(header: string | null, now_ms: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, DAY_MS);
  const instant_ms = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant_ms) ? undefined : Math.min(Math.max(0, instant_ms - now_ms), DAY_MS);
}
