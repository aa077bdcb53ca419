import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { conditionalHeaders, isUnchanged } from './conditional';
import { SiteAddressInUseError } from './errors';
import { FailureQueue, failWith, type Failure } from './failures';
import { listingPage, type ListingDialect, type SiteNature } from './listing';
import { publishedFilesIn } from './realFiles';
import type { SiteFile } from './siteFile';

export interface LookalikeOptions {
  /** 0 for any free port. */
  port: number;
  /** @default 127.0.0.1 */
  host?: string;
  files?: readonly SiteFile[];
  /** A folder of real published files; see `publishedFilesIn`. */
  folder?: string;
  /** NEM wall clock as `nem_ms`; files whose time has not come are not there yet. Without it all are. */
  clock?: () => number;
  /** @default classic */
  dialect?: ListingDialect;
  failures?: readonly Failure[];
}

export interface LookalikeSite {
  /** Root without a slash at its end: what `API_URL` is set to. */
  url: string;
  port: number;
  /** Adds a file, or replaces the one at its path; visible to the next request. */
  publish(file: SiteFile): void;
  fail(failure: Failure): void;
  /** Requested paths, oldest first; the last ten thousand. */
  requests: readonly string[];
  close(): Promise<void>;
}

interface Shelf {
  files: Map<string, SiteFile>;
  failures: FailureQueue;
  requests: string[];
  options: LookalikeOptions;
}

const REQUESTS_KEPT = 10_000;

/**
 * Serves files and listings as NEMWEB does, on loopback: case-sensitive paths, GET and HEAD only.
 *
 * @throws SiteAddressInUseError when the port is taken; NoPublishedFilesError when `folder` holds nothing to
 * serve.
 */
export async function startLookalikeSite(options: LookalikeOptions): Promise<LookalikeSite> {
  const real = options.folder === undefined ? [] : publishedFilesIn(options.folder);
  const files = new Map([...real, ...(options.files ?? [])].map((file) => [file.path, file]));
  const shelf: Shelf = { files, failures: new FailureQueue(options.failures), requests: [], options };
  const server = createServer((request, response) => void answer(shelf, request, response));
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    port,
    requests: shelf.requests,
    publish: (file) => void files.set(file.path, file),
    fail: (failure) => shelf.failures.add(failure),
    close: () => close(server),
  };
}

async function answer(shelf: Shelf, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]!;
  shelf.requests.push(path);
  if (shelf.requests.length > REQUESTS_KEPT) shelf.requests.shift();
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
  // Names of monthly files hold a literal %23 on NEMWEB's disk: only the double encoding %2523 finds them.
  if (/%23/.test(path))
    return void response
      .writeHead(400, { 'content-type': 'text/html' })
      .end('<html><body>SIMULATED: 400 - Bad Request</body></html>');
  const found = bodyAt(shelf, path);
  const failure = shelf.failures.takeFor(path);
  if (failure) return failWith(failure, response, found?.body ?? Buffer.alloc(0));
  if (!found)
    return void response
      .writeHead(404, { 'content-type': 'text/html' })
      .end('<html><body>SIMULATED: 404 - File or directory not found.</body></html>');
  const headers = conditionalHeaders(found.body, found.published_nem_ms);
  if (isUnchanged(request.headers, headers)) return void response.writeHead(304, { ...headers }).end();
  response.writeHead(200, { ...headers, 'content-type': found.type, 'content-length': found.body.length });
  response.end(request.method === 'HEAD' ? undefined : found.body);
}

interface Found {
  body: Buffer;
  type: string;
  /** Of a listing, when its newest file appeared. */
  published_nem_ms: number;
}

function bodyAt(shelf: Shelf, path: string): Found | null {
  const now_nem_ms = shelf.options.clock?.() ?? Infinity;
  const file = shelf.files.get(path.replaceAll('%2523', '#'));
  if (file && file.published_nem_ms <= now_nem_ms)
    return {
      body: file.bytes,
      type: 'application/x-zip-compressed',
      published_nem_ms: file.published_nem_ms,
    };
  const visible = [...shelf.files.values()].filter((candidate) => candidate.published_nem_ms <= now_nem_ms);
  const folder = path.endsWith('/') ? path : `${path}/`;
  const page = listingPage(folder, visible, shelf.options.dialect ?? 'classic', natureOf(shelf));
  const published_nem_ms = visible
    .filter((candidate) => candidate.path.startsWith(folder))
    .reduce((newest_ms, candidate) => Math.max(newest_ms, candidate.published_nem_ms), 0);
  return page === null ? null : { body: Buffer.from(page), type: 'text/html', published_nem_ms };
}

function natureOf(shelf: Shelf): SiteNature {
  return shelf.options.folder === undefined ? 'SIMULATED' : 'LOCAL COPY OF REAL FILES';
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new SiteAddressInUseError(host, port, error) : error),
    );
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
