import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
  text: string;
}

export type Reply = { status?: number; body: unknown; delay_ms?: number };

/** A loopback server that answers from a script, first reply first, and remembers what it was asked. */
export class FakeNessieServer {
  readonly seen: SeenRequest[] = [];
  private readonly server = http.createServer((request, response) => this.answer(request, response));

  constructor(private readonly replies: Reply[]) {}

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v2`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      this.seen.push({
        method: request.method ?? '',
        path: request.url ?? '',
        body: text === '' ? undefined : JSON.parse(text),
        text,
      });
      const reply = this.replies.shift() ?? { status: 500, body: 'no reply scripted' };
      setTimeout(
        () =>
          response
            .writeHead(reply.status ?? 200, { 'content-type': 'application/json' })
            .end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)),
        reply.delay_ms ?? 0,
      ).unref();
    });
  }
}
