import http from 'node:http';
import type { Registry } from 'prom-client';

export interface MetricsServerOptions {
  port: number;
  /** The SDK's own exporter, whose lines are served together with ours. */
  sdkUrl: string;
  registry: Registry;
  isReady(): boolean;
}

/** Serves `/metrics` (ours and the SDK's) and `/healthz` on loopback. */
export function serveMetrics(options: MetricsServerOptions): http.Server {
  const server = http.createServer((request, response) => {
    void answer(request.url ?? '/', options).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  return server.listen(options.port, '127.0.0.1');
}

async function answer(
  url: string,
  options: MetricsServerOptions,
): Promise<{ status: number; type: string; body: string }> {
  if (url === '/healthz') {
    return {
      status: options.isReady() ? 200 : 503,
      type: 'application/json',
      body: JSON.stringify({ ready: options.isReady() }),
    };
  }
  if (url !== '/metrics') return { status: 404, type: 'text/plain', body: 'try /metrics or /healthz\n' };
  const [ours, sdk] = await Promise.all([options.registry.metrics(), sdkMetrics(options.sdkUrl)]);
  return { status: 200, type: options.registry.contentType, body: `${ours}${sdk}` };
}

/** Serves our metrics even while the SDK's exporter is not up. */
async function sdkMetrics(url: string): Promise<string> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
  } catch (error) {
    return `# the SDK's metrics are not available: ${String(error)}\n`;
  }
}
