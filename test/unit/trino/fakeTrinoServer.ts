import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TrinoReply {
  status?: number;
  /** Sent as it is; `NEXT` inside is replaced by the address of the next answer. */
  body: unknown;
  delay_ms?: number;
}

/**
 * Answers `/v1/statement` and the polls after it from a script, in order, and remembers what it was asked.
 */
export class FakeTrinoServer {
  readonly seen: { method: string; path: string; headers: http.IncomingHttpHeaders; body: string }[] = [];
  address = '';
  private readonly server = http.createServer((request, response) => this.answer(request, response));

  /** @param afterwards the answer to every poll when the script has ended */
  constructor(
    private readonly replies: TrinoReply[],
    private readonly afterwards: TrinoReply = { status: 500, body: 'no reply scripted' },
  ) {}

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get cancelled(): string[] {
    return this.seen.filter((request) => request.method === 'DELETE').map((request) => request.path);
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      this.seen.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      });
      if (request.method === 'DELETE') return void response.writeHead(204).end();
      const reply = this.replies.shift() ?? this.afterwards;
      const text = (typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)).replaceAll(
        'NEXT',
        `${this.address}/next`,
      );
      setTimeout(
        () => response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(text),
        reply.delay_ms ?? 0,
      ).unref();
      return undefined;
    });
  }
}
