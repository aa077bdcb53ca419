import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { runningDbt } from '../../clients/dbt/dbtProcess';
import { readConfig, type Config } from '../../settings/config';
import { portsFrom } from '../../settings/ports';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { readStackStatus } from '../../stack/control';
import { homeFolder } from '../../settings/homeFolder';
import { groupMembers } from '../../stack/processes';
import { readState } from '../../stack/stateFile';
import { TENANT_FOLDERS } from './secondTenant';
import type { Victim } from './victims';

/** Killed before all others. */
const EARLY = new Set<Victim>(['supervisor', 'worker']);
/** Done once the stack is up: its process id may be another process by now. */
const ENDED: string = 'bootstrap';
const HEALTHY_WITHIN_MS = 300_000;
/** Beyond the stack's own offsets, inside its 30 ports. */
const PROXY_OFFSETS = { s3: 28, nessie: 29 } as const;
const TENANTS = ['nem', 'toy'];

/** The stack that is disturbed: started and looked at as an operator does, killed by process id. */
export class StackUnderTest {
  readonly config: Config;
  readonly proxyPorts: Record<keyof typeof PROXY_OFFSETS, number>;

  /** @param proxied the stack's programs reach S3 and Nessie through the harness's proxies */
  constructor(
    readonly environment: NodeJS.ProcessEnv,
    readonly proxyTargets: Record<keyof typeof PROXY_OFFSETS, number>,
    /** Pipelines on it. */
    readonly tenants: readonly string[] = TENANTS,
  ) {
    this.config = readConfig(environment);
    const base = this.config.CURRENTS_PORT_BASE;
    this.proxyPorts = { s3: base + PROXY_OFFSETS.s3, nessie: base + PROXY_OFFSETS.nessie };
  }

  static at(
    { home, portBase, telemetry }: { home: string; portBase: number; telemetry: boolean },
    extra: Record<string, string> = {},
  ): StackUnderTest {
    const tenants = telemetry ? [...TENANTS, 'iot'] : TENANTS;
    const ports = portsFrom(portBase);
    const environment = {
      ...process.env,
      CURRENTS_HOME: home,
      CURRENTS_PORT_BASE: String(portBase),
      CURRENTS_SIMULATED: 'true',
      CURRENTS_PIPELINE_FOLDERS: TENANT_FOLDERS,
      CURRENTS_PIPELINES: tenants.join(','),
      // The harness serves the site itself.
      NEM_REQUESTS_PER_SECOND: '100',
      NEM_HOLD_SECONDS: '1',
      API_URL: `http://127.0.0.1:${ports.site}`,
      // A store at a proxy's address is not the stack's own to the settings, so that its keys are said.
      AWS_ACCESS_KEY_ID: 'currents',
      AWS_SECRET_ACCESS_KEY: 'currents-secret',
      AWS_SESSION_TOKEN: '',
      S3_ENDPOINT: `http://127.0.0.1:${portBase + PROXY_OFFSETS.s3}`,
      NESSIE_URL: `http://127.0.0.1:${portBase + PROXY_OFFSETS.nessie}/api/v2`,
      ...extra,
    };
    return new StackUnderTest(environment, { s3: ports.s3, nessie: ports.nessie }, tenants);
  }

  /** Nessie without the proxy: what the harness itself asks. */
  get nessieUrl(): string {
    return `http://127.0.0.1:${this.config.ports.nessie}/api/v2`;
  }

  /** Runs one of our commands; resolves with its output, whatever its exit code. */
  async command(...args: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [path.join(repositoryRoot(), 'bin', 'currents.js'), ...args], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  /** `currents up`, as often as an operator would try on a machine under load. */
  async up(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const { code, output } = await this.command('up');
      if (code === 0) return;
      if (tries === 3)
        throw new Error(`expected the stack to start, found exit ${code}: ${output.slice(-2_000)}`);
    }
  }

  async down(): Promise<void> {
    const { code, output } = await this.command('down');
    if (code !== 0) throw new Error(`expected the stack to stop, found exit ${code}: ${output}`);
  }

  /** Process id of a part of the stack at this moment; undefined while it is down. */
  pidOf(victim: Victim): number | undefined {
    if (victim === 'dbt') return runningDbt(homeFolder.dbtCache(this.config.home))[0];
    const state = readState(this.config.home);
    return victim === 'supervisor' ? state?.supervisor.pid : state?.services[victim]?.pid;
  }

  /** kill -9 of one process, as the kernel's out-of-memory killer does; false when it was not running. */
  kill(victim: Victim, signal: NodeJS.Signals = 'SIGKILL'): boolean {
    const pid = this.pidOf(victim);
    return pid !== undefined && sendSignal(pid, signal);
  }

  /** All of it in one moment, as a power loss does; answers what was running. */
  killAll(): Victim[] {
    // The supervisor first: it would start the others again.
    const services = Object.keys(readState(this.config.home)?.services ?? {}) as Victim[];
    const others = services.filter((name) => !EARLY.has(name) && name !== ENDED);
    return [...EARLY, 'dbt' as const, ...others].filter((part) => this.kill(part));
  }

  /** The Spark driver is two processes; this ends the JVM and leaves its Python parent to notice. */
  killSparkJvm(): boolean {
    const leader = this.pidOf('spark');
    const jvm =
      leader === undefined
        ? undefined
        : groupMembers(leader).find((pid) => pid !== leader && /java/.test(commandOf(pid)));
    return jvm !== undefined && sendSignal(jvm, 'SIGKILL');
  }

  async isHealthy(): Promise<boolean> {
    const { running, services } = await readStackStatus(this.config);
    return running && services.every(({ state }) => state === 'healthy');
  }

  async untilHealthy(): Promise<void> {
    const deadline_ms = Date.now() + HEALTHY_WITHIN_MS;
    while (!(await this.isHealthy())) {
      if (Date.now() > deadline_ms)
        throw new Error(
          `expected every service healthy within ${HEALTHY_WITHIN_MS / 1000} s, ` +
            `found ${JSON.stringify((await readStackStatus(this.config)).services)}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!;
  } catch {
    return '';
  }
}
