import fs from 'node:fs';
import http from 'node:http';
import { pageIn } from '../clients/dbt/dbtDocs';

const NOT_YET = 'dbt docs: not made yet; the first merge after an installation makes them\n';

/** Serves the one page of dbt docs on loopback, to readers: nothing of a request reaches a path. */
export function serveDocs({ port, folder }: { port: number; folder: string }): http.Server {
  const server = http.createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void answer(response, 405, 'GET or HEAD\n');
    if (!isPage(request.url)) return void answer(response, 404, 'try /\n');
    fs.readFile(pageIn(folder), (error, page) => {
      if (error) answer(response, 404, NOT_YET);
      else answer(response, 200, page, 'text/html; charset=utf-8');
    });
  });
  return server.listen(port, '127.0.0.1');
}

function isPage(url = '/'): boolean {
  return ['/', '/index.html'].includes(url.split(/[?#]/)[0]!);
}

function answer(
  response: http.ServerResponse,
  status: number,
  body: string | Buffer,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
