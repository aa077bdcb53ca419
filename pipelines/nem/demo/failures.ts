import type { ServerResponse } from 'node:http';

/** A way in which the site answers badly, on purpose. */
export interface Failure {
  kind:
    | 'forbidden'
    | 'too_many_requests'
    | 'server_error'
    | 'slow'
    | 'truncated_body'
    | 'short_body'
    | 'html_instead';
  /** Requests whose path matches are hit; every request when absent. */
  path?: RegExp;
  /** How many requests it hits before it is over. @default 1 */
  times?: number;
  /** Seconds in Retry-After, for `too_many_requests`. */
  retryAfter_s?: number;
  /** How long `slow` waits. @default 2000 */
  delay_ms?: number;
}

const STATUSES: Partial<Record<Failure['kind'], number>> = {
  forbidden: 403,
  too_many_requests: 429,
  server_error: 500,
};

/** Failures waiting for the requests they hit, first given first used. */
export class FailureQueue {
  private readonly waiting: { failure: Failure; left: number }[] = [];

  constructor(failures: readonly Failure[] = []) {
    for (const failure of failures) this.add(failure);
  }

  add(failure: Failure): void {
    this.waiting.push({ failure, left: failure.times ?? 1 });
  }

  /** The failure this request must meet, counted as used; undefined when none waits. */
  takeFor(path: string): Failure | undefined {
    const hit = this.waiting.find(({ failure, left }) => left > 0 && (failure.path?.test(path) ?? true));
    if (hit) hit.left -= 1;
    return hit?.failure;
  }
}

/**
 * Answers as the failure says. `truncated_body` promises the whole length and breaks the connection half-way,
 * `short_body` states and sends half a file as if it were whole, which only the file's own checks can notice.
 */
export async function failWith(failure: Failure, response: ServerResponse, body: Buffer): Promise<void> {
  const status = STATUSES[failure.kind];
  if (status !== undefined) return answerStatus(response, status, failure);
  const half = body.subarray(0, Math.floor(body.length / 2));
  if (failure.kind === 'html_instead')
    return void response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html><body>SIMULATED: Access Denied</body></html>');
  if (failure.kind === 'short_body')
    return void response.writeHead(200, { 'content-length': half.length }).end(half);
  if (failure.kind === 'truncated_body')
    return void response
      .writeHead(200, { 'content-length': body.length })
      .write(half, () => response.destroy());
  await new Promise((resolve) => setTimeout(resolve, failure.delay_ms ?? 2000));
  response.writeHead(200, { 'content-length': body.length }).end(body);
}

function answerStatus(response: ServerResponse, status: number, failure: Failure): void {
  const headers = failure.retryAfter_s === undefined ? {} : { 'retry-after': String(failure.retryAfter_s) };
  response
    .writeHead(status, { 'content-type': 'text/html', ...headers })
    .end(`<html><body>SIMULATED: ${status}</body></html>`);
}
