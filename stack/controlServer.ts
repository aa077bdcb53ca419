import http from 'node:http';
import type { Config } from '../settings/config';
import { serviceNamed } from './services/table';
import { CONTROL_HEADER } from './status';
import type { Supervisor } from './keepServices';

/**
 * The supervisor's HTTP interface, on loopback: `GET /status`, `POST /start` and `POST /remove` with a JSON
 * list of services, `POST /stop`. Orders must name the stack's home in a header, which no web page can send
 * and which keeps one stack's command from reaching another's supervisor.
 *
 * The server emits `stop` after answering an order to stop.
 */
export async function startControlServer(supervisor: Supervisor, config: Config): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    handle(request, supervisor, config).then(
      (answer) => {
        response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(answer.body));
        if (answer.stop) server.emit('stop');
      },
      (error: Error) => response.writeHead(400).end(JSON.stringify({ error: error.message })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.ports.supervisor, '127.0.0.1', resolve);
  });
  return server;
}

interface Answer {
  status: number;
  body: unknown;
  stop?: boolean;
}

async function handle(
  request: http.IncomingMessage,
  supervisor: Supervisor,
  config: Config,
): Promise<Answer> {
  const order = `${request.method} ${request.url}`;
  if (order === 'GET /status') return { status: 200, body: supervisor.status() };
  if (request.headers[CONTROL_HEADER] !== encodeURIComponent(config.home))
    return { status: 403, body: { error: 'another stack' } };
  if (order === 'POST /start') {
    supervisor.start((JSON.parse(await bodyOf(request)) as string[]).map(serviceNamed));
    return { status: 200, body: supervisor.status() };
  }
  if (order === 'POST /remove') {
    await supervisor.remove((JSON.parse(await bodyOf(request)) as string[]).map(serviceNamed));
    return { status: 200, body: supervisor.status() };
  }
  if (order === 'POST /stop') return { status: 202, body: { stopping: true }, stop: true };
  return { status: 404, body: { error: order } };
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
