import type { Config } from '../settings/config';
import { homeFolder } from '../settings/homeFolder';
import { installation } from './layout';
import { processRecord } from './processes';
import { SERVICES } from './services/table';
import type { ServiceName } from './services/definition';
import { removeState, writeState } from './stateFile';
import type { StackStatus } from './status';
import { SupervisedService } from './supervisedService';

const DEPENDENCY_POLL_MS = 100;

/** Keeps the services of one stack running. Runs in a process of its own, apart from the terminal. */
export class Supervisor {
  private readonly services = new Map<ServiceName, SupervisedService>();
  private stopped: Promise<void> | undefined;

  constructor(private readonly config: Config) {}

  status(): StackStatus {
    const { home } = this.config;
    return { running: true, home, services: [...this.services.values()].map((service) => service.status()) };
  }

  /** Adds services to those kept running; does nothing for one already kept. */
  start(names: readonly ServiceName[]): void {
    const added = names
      .filter((name) => !this.services.has(name))
      .map((name) => [name, this.supervised(name)] as const);
    for (const [name, service] of added) this.services.set(name, service);
    this.record();
    for (const [, service] of added) void this.runAfterDependencies(service);
  }

  /** Stops these services and keeps the others; resolves when their processes have ended. */
  async remove(names: readonly ServiceName[]): Promise<void> {
    const removed = names.flatMap((name) => this.services.get(name) ?? []);
    for (const name of names) this.services.delete(name);
    await Promise.all(removed.map((service) => service.stop()));
    this.record();
  }

  /** Stops every service, those that depend on others first; resolves when no process is left. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  private async stopAll(): Promise<void> {
    await this.stopEach((name) => this.dependents(name).length === 0);
    await this.stopEach(() => true);
    removeState(this.config.home);
  }

  private async stopEach(chosen: (name: ServiceName) => boolean): Promise<void> {
    await Promise.all(
      [...this.services].filter(([name]) => chosen(name)).map(([, service]) => service.stop()),
    );
  }

  private dependents(name: ServiceName): ServiceName[] {
    return [...this.services.keys()].filter((other) => SERVICES[other].dependsOn.includes(name));
  }

  private supervised(name: ServiceName): SupervisedService {
    const context = {
      config: this.config,
      installed: installation(),
      folder: homeFolder.service(this.config.home, name),
    };
    return new SupervisedService(SERVICES[name], context, () => this.record());
  }

  /** A dependency that is not kept here runs elsewhere, and is not awaited. */
  private async runAfterDependencies(service: SupervisedService): Promise<void> {
    const needed = service.definition.dependsOn.flatMap((name) => this.services.get(name) ?? []);
    while (needed.some(({ isReady }) => !isReady)) {
      if (service.isStopping) return;
      await new Promise((resolve) => setTimeout(resolve, DEPENDENCY_POLL_MS));
    }
    await service.run();
  }

  private record(): void {
    const supervisor = processRecord(process.pid);
    if (supervisor === undefined) return;
    const living = [...this.services].flatMap(([name, { record }]) =>
      record === undefined ? [] : [[name, record] as const],
    );
    writeState(this.config.home, {
      portBase: this.config.CURRENTS_PORT_BASE,
      supervisor,
      services: Object.fromEntries(living),
    });
  }
}
