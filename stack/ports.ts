import { execFileSync } from 'node:child_process';
import net from 'node:net';
import type { Config } from '../settings/config';
import type { ServicePort } from '../settings/ports';
import { PortTakenError } from './errors';
import { SERVICES } from './services/table';
import type { ServiceName } from './services/definition';

export interface PortUse {
  service: string;
  name: ServicePort;
  port: number;
}

/** The ports that the given services and the supervisor listen on. */
export function portsOf(services: readonly ServiceName[], config: Pick<Config, 'ports'>): PortUse[] {
  const own = services.flatMap((service) =>
    SERVICES[service].ports.map((name) => ({ service, name, port: config.ports[name] })),
  );
  return [{ service: 'supervisor', name: 'supervisor', port: config.ports.supervisor }, ...own];
}

/**
 * @throws PortTakenError that lists every port that is not free, the service that wants it and who holds it.
 */
export async function requireFreePorts(uses: readonly PortUse[], portBase: number): Promise<void> {
  const checked = await Promise.all(uses.map(async (use) => ({ use, free: await isFree(use.port) })));
  const clashes = checked.filter(({ free }) => !free).map(({ use }) => clash(use, holderOf(use.port)));
  if (clashes.length > 0) throw new PortTakenError(clashes, portBase);
}

/** One line for a person: which port, for which service, and its holder if known. */
export function clash(use: PortUse, holder: string | undefined): string {
  const name = use.name === use.service ? use.service : `${use.service}, ${use.name}`;
  return `port ${use.port} (${name}): held by ${holder ?? 'a process of another user'}`;
}

/** true when a server of ours could listen there: tried on the loopback address, and on all addresses. */
export async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '0.0.0.0'));
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Process id and command of the listener, from `ss` or `lsof`; undefined when neither can tell. */
function holderOf(port: number): string | undefined {
  const fromSs = output('ss', ['-Hltnp', `sport = :${port}`])?.match(/"([^"]+)",pid=(\d+)/);
  if (fromSs) return `process ${fromSs[2]} (${fromSs[1]})`;
  const fromLsof = output('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])?.match(/p(\d+)\nc(.+)/);
  return fromLsof ? `process ${fromLsof[1]} (${fromLsof[2]})` : undefined;
}

function output(program: string, args: string[]): string | undefined {
  try {
    return execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    });
  } catch {
    return undefined;
  }
}
