import type { Config } from '../settings/config';
import { SERVICES } from './services/table';
import { SERVICE_NAMES, type ServiceName } from './services/definition';
import { isSupervised, readState } from './stateFile';
import { CONTROL_HEADER, type ServiceStatus, type StackStatus } from './status';

export type { ServiceState, ServiceStatus, StackStatus } from './status';

const ANSWER_WITHIN_MS = 3_000;
/** Longer than the longest grace of a service. */
const STOPS_WITHIN_MS = 30_000;

/**
 * The state of every service kept running from `config.home`; all `stopped` without a supervisor. Never
 * throws for a stack that is down.
 */
export async function readStackStatus(config: Config): Promise<StackStatus> {
  const answered = isSupervised(readState(config.home)) ? await askStatus(config) : undefined;
  return (
    answered ?? {
      running: false,
      home: config.home,
      services: SERVICE_NAMES.map((name) => stopped(name, config)),
    }
  );
}

/**
 * The state reported by the supervisor on this stack's port, or undefined without an answer or from another
 * stack.
 */
export async function askStatus(config: Config): Promise<StackStatus | undefined> {
  try {
    const response = await fetch(`${address(config)}/status`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const status = (await response.json()) as StackStatus;
    return status.home === config.home ? status : undefined;
  } catch {
    return undefined;
  }
}

/** Orders the supervisor to keep these services running as well. */
export async function orderStart(config: Config, services: readonly ServiceName[]): Promise<void> {
  await order(config, 'start', JSON.stringify(services));
}

/** Orders the supervisor to stop these services and keep the others; resolves when they have ended. */
export async function orderRemove(config: Config, services: readonly ServiceName[]): Promise<void> {
  await order(config, 'remove', JSON.stringify(services), STOPS_WITHIN_MS);
}

/** Orders the supervisor to stop all and end; returns before it has. */
export async function orderStop(config: Config): Promise<void> {
  await order(config, 'stop', '');
}

async function order(
  config: Config,
  what: string,
  body: string,
  within_ms = ANSWER_WITHIN_MS,
): Promise<void> {
  const headers = { [CONTROL_HEADER]: encodeURIComponent(config.home) };
  const response = await fetch(`${address(config)}/${what}`, {
    method: 'POST',
    body,
    headers,
    signal: AbortSignal.timeout(within_ms),
  });
  if (!response.ok)
    throw new Error(`the supervisor answered ${response.status} to ${what}: ${await response.text()}`);
}

function address(config: Config): string {
  return `http://127.0.0.1:${config.ports.supervisor}`;
}

function stopped(name: ServiceName, config: Config): ServiceStatus {
  const { label, url } = SERVICES[name];
  return {
    name,
    label,
    state: 'stopped',
    pid: null,
    restarts: 0,
    url: url?.(config) ?? null,
    detail: '',
    ready_ms: null,
  };
}
