import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Confluent's API over subjects in memory. A schema with the word `rejected` in it is incompatible. */
export interface FakeRegistry {
  url: string;
  /** Versions of each subject, oldest first. */
  subjects: Map<string, { id: number; schema: string }[]>;
  /** Method and path of each request. */
  requests: string[];
  level: string;
  /** Answers everything with 503. */
  isDown: boolean;
  close(): Promise<void>;
}

type Answer = [status: number, body: unknown];
const NOT_FOUND: Answer = [404, { error_code: 40401, message: 'not found' }];
const REASON = 'Subschema type changed at /properties/price';

export async function startFakeRegistry(): Promise<FakeRegistry> {
  const server = http.createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const [status, answer] = answerTo(registry, request.method!, request.url!, body);
      response.writeHead(status).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const registry: FakeRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/apis/ccompat/v7`,
    subjects: new Map(),
    requests: [],
    level: 'NONE',
    isDown: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return registry;
}

async function bodyOf(request: http.IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answerTo(
  registry: FakeRegistry,
  method: string,
  url: string,
  body: Record<string, unknown>,
): Answer {
  const path = decodeURIComponent(url.split('?')[0]!);
  registry.requests.push(`${method} ${path}`);
  if (registry.isDown) return [503, { message: 'starting' }];
  if (path.startsWith('/apis/registry/v3'))
    return [400, { causes: [{ description: 'Subschema type changed', context: '/properties/price' }] }];
  const [, area, ...rest] = path.replace('/apis/ccompat/v7', '').split('/');
  if (area === 'config') return ofConfig(registry, method, body);
  const name = area === 'compatibility' ? rest[1]! : rest[0]!;
  const versions = registry.subjects.get(name) ?? [];
  const schema = String(body['schema']);
  if (area === 'compatibility')
    return versions.length === 0 ? NOT_FOUND : [200, { is_compatible: !schema.includes('rejected') }];
  if (rest[2] === 'latest') return versions.length === 0 ? NOT_FOUND : [200, versions.at(-1)];
  return method === 'POST' && rest[1] === 'versions'
    ? registered(registry, name, schema)
    : lookedUp(versions, schema);
}

function ofConfig(registry: FakeRegistry, method: string, body: Record<string, unknown>): Answer {
  if (method === 'PUT') registry.level = String(body['compatibility']);
  return [200, { compatibilityLevel: registry.level }];
}

function lookedUp(versions: { id: number; schema: string }[], schema: string): Answer {
  const known = versions.find((version) => version.schema === schema);
  return known ? [200, known] : NOT_FOUND;
}

function registered({ subjects }: FakeRegistry, name: string, schema: string): Answer {
  const versions = subjects.get(name) ?? [];
  const known = versions.find((version) => version.schema === schema);
  if (known) return [200, { id: known.id }];
  if (versions.length > 0 && schema.includes('rejected')) return [409, { message: REASON }];
  const id = [...subjects.values()].flat().length + 1;
  subjects.set(name, [...versions, { id, schema }]);
  return [200, { id }];
}
