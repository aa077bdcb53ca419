import http from 'node:http';
import type { AddressInfo } from 'node:net';

const NAMES = ['http_proxy', 'https_proxy', 'grpc_proxy', 'all_proxy'];

/**
 * A proxy that answers every request itself and keeps what it was asked for: a list under its own /asked.
 * It opens no tunnel. Returns its address.
 */
export async function startRecordingProxy(): Promise<string> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    if (request.url === '/asked') return void response.end(JSON.stringify(asked));
    asked.push(`${request.method} ${request.url}`);
    response.end();
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It lives as long as the process that runs the tests.
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function askedOf(proxyUrl: string): Promise<string[]> {
  return (await (await fetch(`${proxyUrl}/asked`)).json()) as string[];
}

/** As a user sets them: in lower and upper case, and without exceptions. */
export function proxiedBy(url = process.env.TEST_PROXY_URL): Record<string, string> {
  if (url === undefined) return {};
  const names = NAMES.flatMap((name) => [name, name.toUpperCase()]);
  return { ...Object.fromEntries(names.map((name) => [name, url])), no_proxy: '', NO_PROXY: '' };
}
