import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { NEM_OFFSET_MS } from '../time';

interface ConditionalHeaders {
  etag: string;
  'last-modified': string;
}

/** What the site states of an answer; a time in the future is not allowed by HTTP. */
export function conditionalHeaders(body: Buffer, published_nem_ms: number): ConditionalHeaders {
  const modified_ms = Math.min(published_nem_ms - NEM_OFFSET_MS, Date.now());
  return {
    etag: `"${createHash('sha1').update(body).digest('hex')}"`,
    'last-modified': new Date(modified_ms).toUTCString(),
  };
}

/** True when the caller has this answer already; its ETag counts more than its time. */
export function isUnchanged(asked: IncomingHttpHeaders, headers: ConditionalHeaders): boolean {
  const etags = asked['if-none-match'];
  if (etags !== undefined)
    return etags.split(/,\s*/).some((etag) => etag.replace(/^W\//, '') === headers.etag);
  const since = asked['if-modified-since'];
  return since !== undefined && Date.parse(headers['last-modified']) <= Date.parse(since);
}
