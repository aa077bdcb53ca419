import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeStore {
  port: number;
  /** Bodies by `bucket/key`. */
  objects: Map<string, string>;
  /** Called before an object is answered. */
  onGet: (name: string) => Promise<void> | void;
  /** Called before a bucket's listing is answered. */
  onList: () => Promise<void> | void;
  close(): Promise<void>;
}

/** As much of S3 as backup and restore ask for; listings have one page. */
export async function startFakeStore(): Promise<FakeStore> {
  const objects = new Map<string, string>();
  const store: FakeStore = {
    port: 0,
    objects,
    onGet: () => undefined,
    onList: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = http.createServer((request, response) => void answer(store, request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  store.port = (server.address() as AddressInfo).port;
  return store;
}

async function answer(
  store: FakeStore,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://store');
  const name = decodeURIComponent(pathname.slice(1));
  if (request.method === 'PUT') {
    store.objects.set(name, Buffer.concat((await request.toArray()) as Buffer[]).toString());
    return void response.end();
  }
  if (searchParams.has('list-type')) {
    await store.onList();
    return void response.end(listing(store.objects, name.replace(/\/$/, '')));
  }
  if (request.method === 'HEAD') return void response.end();
  await store.onGet(name);
  const body = store.objects.get(name);
  response.writeHead(body === undefined ? 404 : 200, { etag: `"${etagOf(body ?? '')}"` }).end(body);
}

function listing(objects: Map<string, string>, bucket: string): string {
  const contents = [...objects]
    .filter(([name]) => name.startsWith(`${bucket}/`))
    .map(
      ([name, body]) =>
        `<Contents><Key>${name.slice(bucket.length + 1)}</Key><Size>${body.length}</Size>` +
        `<ETag>"${etagOf(body)}"</ETag></Contents>`,
    );
  return `<ListBucketResult>${contents.join('')}</ListBucketResult>`;
}

function etagOf(body: string): string {
  return createHash('md5').update(body).digest('hex');
}
