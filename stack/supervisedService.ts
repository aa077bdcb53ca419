import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { backoff_ms, STABLE_AFTER_MS } from './backoff';
import { markStart, openLog } from './logFiles';
import { endGroup, processRecord, signalGroup, type ProcessRecord } from './processes';
import type { ServiceContext, ServiceDefinition } from './services/definition';
import type { ServiceState, ServiceStatus } from './status';

const PROBE_EVERY_MS = 250;
const HEALTH_EVERY_MS = 15_000;
const UNHEALTHY_AFTER = 3;

/**
 * Keeps one service running: prepares, starts, probes, and starts again with back-off when it ends.
 * `onChange` is called after every change of its status or process.
 */
export class SupervisedService {
  private state: ServiceState = 'waiting';
  private detail = '';
  private restarts = 0;
  private failures = 0;
  private child: ChildProcess | undefined;
  private readyAt_ms = 0;
  private startedAt_ms = 0;
  private ready_ms: number | undefined;
  private stopping = false;
  record: ProcessRecord | undefined;

  constructor(
    readonly definition: ServiceDefinition,
    private readonly context: ServiceContext,
    private readonly onChange: () => void,
  ) {}

  get isReady(): boolean {
    return this.state === 'healthy' || this.state === 'unhealthy';
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  status(): ServiceStatus {
    const { name, label, url } = this.definition;
    return {
      name,
      label,
      state: this.state,
      pid: this.record?.pid ?? null,
      restarts: this.restarts,
      url: url?.(this.context.config) ?? null,
      detail: this.detail,
      ready_ms: this.ready_ms ?? null,
    };
  }

  /** Starts and restarts until `stop`; resolves when stopped. */
  async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.startOnce();
        await this.watch();
      } catch (error) {
        await this.fail(error as Error);
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const record = this.record;
    if (record !== undefined) {
      this.change('stopping');
      await endGroup(record, this.definition.stopGrace_ms);
    }
    this.record = undefined;
    this.change('stopped');
  }

  private async startOnce(): Promise<void> {
    this.startedAt_ms = performance.now();
    this.change('starting');
    await this.definition.prepare?.(this.context);
    if (this.stopping) return;
    this.spawnChild();
    await this.untilReady();
    if (this.stopping) return;
    this.readyAt_ms = performance.now();
    this.ready_ms = Math.round(this.readyAt_ms - this.startedAt_ms);
    this.change('healthy');
  }

  private spawnChild(): void {
    const command = this.definition.command?.(this.context);
    if (command === undefined) return;
    const log = openLog(this.context.config.home, this.definition.name);
    markStart(log);
    const { file, args, env, cwd } = command;
    this.child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', log, log] });
    this.child.on('error', (error) => {
      this.detail = error.message;
    });
    fs.closeSync(log);
    this.record = this.child.pid === undefined ? undefined : processRecord(this.child.pid);
    this.onChange();
  }

  /**
   * Probes until it is ready; a process that ends or a time limit is a failure with the last probe's finding.
   */
  private async untilReady(): Promise<void> {
    const deadline_ms = performance.now() + this.definition.startTimeout_ms;
    for (;;) {
      if (this.stopping) return;
      if (this.hasEnded()) throw new Error(this.ending());
      const finding = await this.finding();
      if (finding === undefined) return;
      if (performance.now() > deadline_ms)
        throw new Error(`no answer within ${this.definition.startTimeout_ms / 1000} s: ${finding}`);
      await pause(PROBE_EVERY_MS);
    }
  }

  private async finding(): Promise<string | undefined> {
    try {
      await this.definition.probe?.(this.context);
      await this.definition.afterReady?.(this.context);
      return undefined;
    } catch (error) {
      this.detail = describe(error as Error);
      return this.detail;
    }
  }

  /**
   * Returns by throwing when the process ends; a failing probe shows only in the status and restarts nothing.
   */
  private async watch(): Promise<void> {
    if (this.child === undefined) return this.untilStopped();
    let failed = 0;
    let next_ms = performance.now() + HEALTH_EVERY_MS;
    while (!this.stopping) {
      if (this.hasEnded()) throw new Error(this.ending());
      if (performance.now() >= next_ms) {
        failed = (await this.healthy()) ? 0 : failed + 1;
        if (failed === 0 && this.state === 'unhealthy') this.change('healthy');
        if (failed === UNHEALTHY_AFTER) this.change('unhealthy', this.detail);
        next_ms = performance.now() + HEALTH_EVERY_MS;
      }
      await pause(PROBE_EVERY_MS);
    }
  }

  private async healthy(): Promise<boolean> {
    try {
      await this.definition.probe?.(this.context);
      return true;
    } catch (error) {
      this.detail = describe(error as Error);
      return false;
    }
  }

  private async untilStopped(): Promise<void> {
    while (!this.stopping) await pause(PROBE_EVERY_MS);
  }

  /** A process that ended by itself with 0 after running well (a recycled driver) starts again at once. */
  private async fail(error: Error): Promise<void> {
    if (this.stopping) return;
    const recycled = this.child?.exitCode === 0 && this.readyAt_ms > this.startedAt_ms;
    if (this.record !== undefined) await endGroup(this.record, this.definition.stopGrace_ms);
    const ranWell =
      this.readyAt_ms > this.startedAt_ms && performance.now() - this.readyAt_ms > STABLE_AFTER_MS;
    if (ranWell || recycled) this.failures = 0;
    if (!recycled) this.failures += 1;
    this.restarts += 1;
    this.child = undefined;
    this.record = undefined;
    this.change('restarting', error.message);
    await this.pauseUnlessStopped(recycled ? 0 : backoff_ms(this.failures));
  }

  private async pauseUnlessStopped(wait_ms: number): Promise<void> {
    const until_ms = performance.now() + wait_ms;
    while (!this.stopping && performance.now() < until_ms) await pause(PROBE_EVERY_MS);
  }

  private hasEnded(): boolean {
    if (this.definition.command === undefined) return false;
    return this.child?.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private ending(): string {
    if (this.child?.pid === undefined) return `it could not be started: ${this.detail}`;
    return this.child.signalCode === null
      ? `it ended with code ${this.child.exitCode}`
      : `it was ended by ${this.child.signalCode}`;
  }

  private change(state: ServiceState, detail = ''): void {
    this.state = state;
    this.detail = detail;
    this.onChange();
  }

  /** Ends the group at once, for a second Ctrl-C. */
  kill(): void {
    if (this.record !== undefined) signalGroup(this.record, 'SIGKILL');
  }
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
}

function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}
