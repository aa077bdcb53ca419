import { CurrentsError } from '../../core/errors';

/** The site does not have the file (404 or 410): a repeat will not find it. */
export class SourceFileMissingError extends CurrentsError {
  constructor(url: string, status: number) {
    super(`${url}: expected the file, found HTTP ${status}`, {
      code: 'SOURCE_FILE_MISSING',
      kind: 'upstream',
      retryable: false,
      details: { url, status },
      hint:
        "It may have rotated out of the site's newest files; a backfill reads the archive instead. " +
        'Check API_URL if nothing is found at all.',
    });
  }
}

/** The site rejects a request (4xx other than 403, 404, 408, 410, 425, 429), or redirects too often. */
export class SourceRefusedError extends CurrentsError {
  constructor(url: string, status: number) {
    super(`${url}: expected the file, found HTTP ${status}`, {
      code: 'SOURCE_REFUSED',
      kind: 'upstream',
      retryable: false,
      details: { url, status },
      hint: 'The address is not one the site serves. Check API_URL.',
    });
  }
}

/** The site asked for a pause longer than a call waits; nothing was sent. */
export class SourceHeldError extends CurrentsError {
  constructor(host: string, left_ms: number) {
    super(
      `${host}: expected permission to send, found that the site wants ` +
        `${Math.ceil(left_ms / 1000)} s more of quiet`,
      {
        code: 'SOURCE_HELD',
        kind: 'upstream',
        retryable: true,
        retryAfter_ms: left_ms,
        details: { host, left_ms },
        hint:
          'Nothing to do: it is asked again after that time. If it happens often, lower ' +
          'NEM_REQUESTS_PER_SECOND.',
      },
    );
  }
}

/** The site did not serve the file within the tries of one call, or asked for a longer pause. */
export class SourceUnavailableError extends CurrentsError {
  constructor(url: string, tries: number, found: string, retryAfter_ms: number | undefined, cause?: unknown) {
    super(
      `${url}: expected the file within ${tries} tries, found ${found}`,
      {
        code: 'SOURCE_UNAVAILABLE',
        kind: 'upstream',
        retryable: true,
        retryAfter_ms,
        details: { url, tries },
        hint:
          'Usually it passes. HTTP 403, 429 or 503 means the site was asked too often: lower ' +
          'NEM_REQUESTS_PER_SECOND and wait.',
      },
      cause,
    );
  }
}

/** The answer is larger than any file of its kind; reading stopped at the limit. */
export class SourceFileTooLargeError extends CurrentsError {
  constructor(url: string, limit_bytes: number) {
    super(`${url}: expected at most ${limit_bytes} bytes, found more`, {
      code: 'SOURCE_FILE_TOO_LARGE',
      kind: 'upstream',
      retryable: false,
      details: { url, limit_bytes },
      hint: 'Look at the address by hand; raise the limit only for a known file.',
    });
  }
}

/** The small file by which processes share the pace of a host can't be read or written. */
export class PaceFileError extends CurrentsError {
  constructor(file: string, cause: unknown) {
    super(
      `${file}: expected to read and write it, found ${(cause as Error).message}`,
      {
        code: 'PACE_FILE_UNUSABLE',
        kind: 'user',
        retryable: true,
        details: { file },
        hint:
          'All processes of a home share the pace of the source by this file. Check the free disk space and ' +
          'who owns the folder; the file may be deleted.',
      },
      cause,
    );
  }
}

/** A proxy variable names no proxy that requests can be sent through. */
export class ProxyUnusableError extends CurrentsError {
  constructor(value: string) {
    super(
      'proxy variables: expected http://host:port, https://host:port or socks5://host:port, found ' +
        value.replace(/[^/@]*@/, '***@'),
      {
        code: 'PROXY_UNUSABLE',
        kind: 'user',
        retryable: false,
        hint:
          'Set http_proxy and https_proxy to an address of that form, or unset them and all_proxy for this ' +
          'command.',
      },
    );
  }
}
