/** Lets a site check whether an earlier answer is still valid. */
export type Validator = { etag: string } | { lastModified: string };

/** A time in whole seconds does not tell a second change within that second, nor that clocks differ. */
const SETTLED_MS = 60_000;

/**
 * The ETag, else Last-Modified where the answer was made at least a minute after it; null when the site
 * offers neither.
 */
export function validatorOf({ headers }: Response): Validator | null {
  const [etag, lastModified] = [headers.get('etag'), headers.get('last-modified')];
  if (etag) return { etag };
  const age_ms = Date.parse(headers.get('date') ?? '') - Date.parse(lastModified ?? '');
  return lastModified && age_ms >= SETTLED_MS ? { lastModified } : null;
}

export function conditionsOf(validator: Validator | undefined): Record<string, string> {
  if (!validator) return {};
  return 'etag' in validator
    ? { 'if-none-match': validator.etag }
    : { 'if-modified-since': validator.lastModified };
}
