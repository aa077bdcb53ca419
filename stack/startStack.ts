import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../settings/config';
import { proxyVariables } from '../settings/proxies';
import { repositoryRoot } from '../settings/repositoryRoot';
import { findTemporal } from './binaries';
import { askStatus, orderRemove, orderStart } from './control';
import { HomeRestoringError, ServiceFailedError, SupervisorError } from './errors';
import { homeFolder } from '../settings/homeFolder';
import { installation, requireInstalled } from './layout';
import { logTail, newestLogTail, openLog } from './logFiles';
import { portsOf, requireFreePorts } from './ports';
import { SERVICES } from './services/table';
import { requireDatabaseOf } from './services/temporalDatabase';
import type { ServiceName } from './services/definition';
import { isSupervised, readState } from './stateFile';
import type { ServiceStatus, StackStatus } from './status';
import { endOrphans, stopStack } from './stopStack';
import { requireUsableFolders } from './usableFolders';

const POLL_MS = 200;
const SUPERVISOR_ANSWERS_WITHIN_MS = 20_000;
/** A service that ends this often before it was ever ready will not become ready. */
const FAILED_STARTS = 2;
const TAIL_LINES = 20;
const QUIET_MS = 10_000;

/** Progress reported while the services start. */
export interface StartProgress {
  /** A service's state has changed. */
  changed(service: ServiceStatus): void;
  /** Nothing has changed for ten seconds: an awaited service, and the last line of its log. */
  waiting(service: ServiceStatus, logLine: string): void;
}

export interface StartOutcome {
  status: StackStatus;
  /** true when all services were ready before. */
  already: boolean;
}

/**
 * Brings the services up and waits until each is ready. Running services stay unchanged, so it may be
 * repeated.
 *
 * @throws HomeRestoringError, FolderNotUsableError, PortTakenError, StackNotInstalledError,
 * TemporalDatabaseError before anything is started
 * @throws ServiceFailedError when a service does not become ready; services started by this call are stopped
 *   again
 */
export async function startStack(
  config: Config,
  services: readonly ServiceName[],
  progress: StartProgress,
): Promise<StartOutcome> {
  if (fs.existsSync(homeFolder.restoring(config.home))) throw new HomeRestoringError(config.home);
  return startServices(config, services, progress);
}

/** As `startStack`, also in an incomplete home: for the restore that fills it. */
export async function startServices(
  config: Config,
  services: readonly ServiceName[],
  progress: StartProgress,
): Promise<StartOutcome> {
  requireUsableFolders(config.home, repositoryRoot());
  const before = isSupervised(readState(config.home)) ? await askStatus(config) : undefined;
  const missing = services.filter(
    (name) => before?.services.every((service) => service.name !== name) ?? true,
  );
  if (before !== undefined && missing.length === 0 && allReady(before, services))
    return { status: before, already: true };
  if (missing.includes('temporal'))
    requireDatabaseOf(findTemporal(config).version, homeFolder.service(config.home, 'temporal'));
  requireInstalled(
    missing.flatMap((name) => SERVICES[name].needs),
    installation(),
  );
  if (before === undefined) await startSupervisor(config, services);
  else await addServices(config, missing);
  const undo =
    before === undefined ? async () => void (await stopStack(config)) : () => orderRemove(config, missing);
  return { status: await untilReady(config, services, progress, undo), already: false };
}

async function startSupervisor(config: Config, services: readonly ServiceName[]): Promise<void> {
  await endOrphans(config);
  await requireFreePorts(portsOf(services, config), config.CURRENTS_PORT_BASE);
  fs.mkdirSync(config.home, { recursive: true });
  const log = openLog(config.home, 'supervisor');
  const program = path.join(repositoryRoot(), 'dist', 'stack', 'supervisor.js');
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--max-old-space-size=256', program, ...services],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: repositoryRoot(),
      env: {
        ...process.env,
        ...proxyVariables(),
        CURRENTS_HOME: config.home,
        CURRENTS_PORT_BASE: String(config.CURRENTS_PORT_BASE),
      },
    },
  );
  fs.closeSync(log);
  child.unref();
  await untilAnswering(config, () => child.exitCode);
}

async function untilAnswering(config: Config, exitCode: () => number | null): Promise<void> {
  const deadline_ms = performance.now() + SUPERVISOR_ANSWERS_WITHIN_MS;
  while ((await askStatus(config)) === undefined) {
    if (exitCode() !== null) throw supervisorError(config, `it ended with code ${exitCode()}`);
    if (performance.now() > deadline_ms)
      throw supervisorError(config, `no answer within ${SUPERVISOR_ANSWERS_WITHIN_MS / 1000} s`);
    await pause();
  }
}

async function addServices(config: Config, missing: readonly ServiceName[]): Promise<void> {
  const own = portsOf(missing, config).filter(({ service }) => service !== 'supervisor');
  await requireFreePorts(own, config.CURRENTS_PORT_BASE);
  await orderStart(config, missing);
}

async function untilReady(
  config: Config,
  services: readonly ServiceName[],
  progress: StartProgress,
  undo: () => Promise<void>,
): Promise<StackStatus> {
  const told = new Map<string, string>();
  let quietSince_ms = performance.now();
  for (;;) {
    const status = await askStatus(config);
    if (status === undefined) throw supervisorError(config, 'no answer');
    if (tellChanges(status, told, progress)) quietSince_ms = performance.now();
    const failed = status.services.find(
      ({ restarts, state }) => restarts >= FAILED_STARTS && state !== 'healthy',
    );
    if (failed !== undefined) {
      await undo();
      throw serviceFailed(config, failed);
    }
    if (allReady(status, services)) return status;
    if (performance.now() - quietSince_ms >= QUIET_MS) {
      tellWaiting(config, status, progress);
      quietSince_ms = performance.now();
    }
    await pause();
  }
}

/** true when something was reported. */
function tellChanges(status: StackStatus, told: Map<string, string>, progress: StartProgress): boolean {
  const changed = status.services.filter(({ name, state }) => told.get(name) !== state);
  for (const service of changed) {
    told.set(service.name, service.state);
    progress.changed(service);
  }
  return changed.length > 0;
}

function tellWaiting(config: Config, status: StackStatus, progress: StartProgress): void {
  const waited = status.services.find(({ state }) => state === 'starting');
  if (waited !== undefined) progress.waiting(waited, logTail(config.home, waited.name, 1));
}

function serviceFailed(config: Config, { name, detail }: ServiceStatus): ServiceFailedError {
  return new ServiceFailedError(
    name,
    detail || 'that it ended',
    homeFolder.log(config.home, name),
    newestLogTail(config.home, name, TAIL_LINES),
  );
}

function allReady(status: StackStatus, services: readonly ServiceName[]): boolean {
  return services.every((name) =>
    status.services.some((service) => service.name === name && service.state === 'healthy'),
  );
}

function supervisorError(config: Config, finding: string): SupervisorError {
  return new SupervisorError(
    finding,
    homeFolder.log(config.home, 'supervisor'),
    logTail(config.home, 'supervisor', TAIL_LINES),
  );
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
