import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { ingestWorkflowId, TASK_QUEUES } from '../../core/ids';
import { repositoryRoot } from '../../core/repositoryRoot';
import { NessieClient } from '../../nessie/client';
import { randomFor } from '../../pipelines/nem/lookalike/random';
import { untilReached, type Watched } from './points';
import type { Session } from './session';
import { sendSignal } from './stackUnderTest';
import type { SpecialKind, Trial, Victim } from './trials';

export interface Injection {
  session: Session;
  trial: Trial;
  watched: Watched;
  range: { from: string; to: string; starts: string[] };
  /** What was done, in order, for the results. */
  done: string[];
}

const KAFKA_DOWN_MS = 75_000;
const DISK_FULL_MS = 20_000;
const SECOND_KILL_WITHIN_MS = 4_000;

/** Disturbs the trial as its fault says; resolves when the disturbance is over. */
export async function inject(injection: Injection): Promise<void> {
  const { fault } = injection.trial;
  if (fault.step && !(await untilReached(injection.watched, fault.step))) injection.done.push(`${fault.step.name} was over before it was seen`);
  if (fault.delay_ms > 0) await pause(fault.delay_ms);
  if (fault.kind === 'kill' || fault.kind === 'kill at a random time') return killOnce(injection, fault.victim!);
  if (fault.kind === 'kill twice') return killTwice(injection, fault.victim!);
  if (fault.kind === 'kill two at once') return killPair(injection, fault.victim!, fault.second!);
  return SPECIAL[fault.kind](injection);
}

async function killOnce(injection: Injection, victim: Victim): Promise<void> {
  const { session: { stack }, trial, watched, done } = injection;
  if (victim === 'dbt') await untilTrue(() => stack.pidOf('dbt') !== undefined || watched.isOver());
  // Of the driver's two processes now the one, now the other.
  const isKilled = victim === 'spark' && trial.number % 2 === 1 ? stack.killSparkJvm() : stack.kill(victim);
  done.push(`${victim} ${isKilled ? 'killed' : 'was not running'}`);
  if (victim === 'supervisor') await stack.up();
}

async function killTwice(injection: Injection, victim: Victim): Promise<void> {
  const first = injection.session.stack.pidOf(victim);
  await killOnce(injection, victim);
  await untilTrue(() => injection.watched.isOver() || ![undefined, first].includes(injection.session.stack.pidOf(victim)));
  await pause(randomFor(injection.trial.seed, 'second kill', injection.trial.number)() * SECOND_KILL_WITHIN_MS);
  await killOnce(injection, victim);
}

async function killPair({ session: { stack }, done }: Injection, one: Victim, other: Victim): Promise<void> {
  for (const victim of new Set([one, other])) done.push(`${victim} ${stack.kill(victim) ? 'killed' : 'was not running'}`);
  if ([one, other].includes('supervisor')) await stack.up();
}

const SPECIAL: Record<SpecialKind, (injection: Injection) => Promise<void>> = {
  'lost answer of the merge': async ({ session: { proxies }, watched, done }) => {
    proxies.nessie.disturb({ cut: { request: /^POST \S+history\/merge/, times: 1 } });
    await untilTrue(() => proxies.nessie.cuts > 0 || watched.isOver());
    done.push(`answers lost: ${proxies.nessie.cuts}`);
    proxies.nessie.calm();
  },
  'worker killed when main moves': async (injection) => {
    const { session: { stack }, watched, done } = injection;
    const nessie = new NessieClient(stack.nessieUrl);
    const hash = async (): Promise<string> => (await nessie.getReference('main')).hash;
    const before = await hash();
    while (!watched.isOver() && (await hash()) === before) await pause(10);
    done.push(`main moved; worker ${stack.kill('worker') ? 'killed' : 'was not running'}`);
  },
  'answers cut': async ({ session: { proxies }, done }) => {
    proxies.s3.disturb({ cut: { request: /^(PUT|POST) /, times: 3 } });
    proxies.nessie.disturb({ cut: { request: /^(PUT|POST|DELETE) /, times: 2 } });
    await pause(10_000);
    done.push(`answers lost: ${proxies.s3.cuts} of S3, ${proxies.nessie.cuts} of Nessie`);
    calm(proxies);
  },
  'slow S3': async ({ session: { proxies }, watched, done }) => slowed('s3', 120, { proxies, watched, done }),
  'slow Nessie': async ({ session: { proxies }, watched, done }) => slowed('nessie', 600, { proxies, watched, done }),
  'same workflow started twice': startAgain,
  'two workers': withSecondWorker,
  'landing disk full': async ({ session, done }) => fullFor(session, 's3', done),
  'Kafka disk full': async ({ session, done }) => fullFor(session, 'kafka', done),
  'Kafka down for long': async ({ session: { stack }, done }) => {
    const until_ms = Date.now() + KAFKA_DOWN_MS;
    let kills = 0;
    for (; Date.now() < until_ms; await pause(100)) if (stack.kill('kafka')) kills += 1;
    done.push(`Kafka kept down for ${KAFKA_DOWN_MS / 1000} s (killed ${kills} times)`);
  },
  'clock step': async ({ session: { clock }, watched, done }) => {
    for (const seconds of [3_600, -3_600, 600, 0]) {
      clock!.step(seconds);
      done.push(`clock ${seconds} s`);
      await pause(watched.isOver() ? 500 : 6_000);
    }
  },
  'Temporal stopped and started': async ({ session: { stack }, done }) => {
    done.push(`Temporal ${stack.kill('temporal', 'SIGTERM') ? 'ended' : 'was not running'}; its database stays`);
    await stack.untilHealthy();
  },
  'power loss': async ({ session: { stack }, done }) => {
    const victims: Victim[] = ['supervisor', 'worker', 'dbt', 'spark', 'trino', 'nessie', 's3', 'kafka', 'temporal'];
    done.push(`killed at once: ${victims.filter((victim) => stack.kill(victim)).join(', ')}`);
    await stack.up();
  },
};

/** Faults that this machine cannot make, and why; undefined for those it can. */
export function impossible(kind: string, session: Pick<Session, 'disks' | 'clock'>): string | undefined {
  if (kind.endsWith('disk full') && !session.disks) return 'mounting a small file system needs root';
  return kind === 'clock step' && !session.clock ? 'no C compiler to build the stepped clock with' : undefined;
}

async function slowed(service: 's3' | 'nessie', delay_ms: number, { proxies, watched, done }: Pick<Session, 'proxies'> & Pick<Injection, 'watched' | 'done'>): Promise<void> {
  proxies[service].disturb({ delay_ms });
  done.push(`every answer ${delay_ms} ms late`);
  await untilTrue(() => watched.isOver());
  proxies[service].calm();
}

function calm(proxies: Session['proxies']): void {
  proxies.s3.calm();
  proxies.nessie.calm();
}

async function fullFor({ stack, disks }: Session, service: 's3' | 'kafka', done: string[]): Promise<void> {
  disks![service].fill();
  await pause(DISK_FULL_MS);
  disks![service].empty();
  done.push(`no space for ${DISK_FULL_MS / 1000} s`);
  await stack.untilHealthy();
}

/** By every door there is: the range again, its intervals by their schedule's ids, a run by hand twice. */
async function startAgain({ session: { client }, range, watched, done }: Injection): Promise<void> {
  const options = { taskQueue: TASK_QUEUES.control, workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING };
  const start = (type: string, workflowId: string, input: object): Promise<{ result(): Promise<unknown> }> => client.workflow.start(type, { ...options, workflowId, args: [input] });
  const handles = await Promise.all([
    start('ingestRange', watched.ids.range, { pipeline: 'nem', from: range.from, to: range.to }),
    ...range.starts.map((intervalStart) => start('ingestInterval', ingestWorkflowId('nem', intervalStart), { pipeline: 'nem', intervalStart, wait: false, verify: true })),
    ...[1, 2].map((n) => start('refineBatch', `by-hand/${range.from}/${n}`, { pipeline: 'nem' })),
  ]);
  await Promise.all(handles.map((handle) => handle.result()));
  done.push(`${handles.length} starts more`);
}

async function withSecondWorker({ session: { stack }, trial, watched, done }: Injection): Promise<void> {
  const second = secondWorker(stack.config.CURRENTS_PORT_BASE, stack.environment);
  await pause(5_000);
  const killsFirst = randomFor(trial.seed, 'which worker', trial.number)() < 0.5;
  const isKilled = killsFirst ? stack.kill('worker') : sendSignal(second.pid!, 'SIGKILL');
  done.push(`two workers; the ${killsFirst ? 'first' : 'second'} ${isKilled ? 'killed' : 'was not running'}`);
  await untilTrue(() => watched.isOver());
  sendSignal(second.pid!, 'SIGTERM');
  await untilTrue(() => second.exitCode !== null || second.signalCode !== null);
}

/** A worker of the same stack with metrics ports of its own, as on a second machine. */
function secondWorker(portBase: number, environment: NodeJS.ProcessEnv): ChildProcess {
  const local = (offset: number): string => `127.0.0.1:${portBase + offset}`;
  return spawn(process.execPath, [path.join(repositoryRoot(), 'dist', 'workers', 'main.js')], {
    cwd: repositoryRoot(), stdio: 'ignore',
    env: {
      ...environment, CURRENTS_PORT_BASE: String(portBase + 25), TEMPORAL_ADDRESS: local(3), TRINO_URL: `http://${local(1)}`,
      KAFKA_BROKERS: local(6), SPARK_DRIVER_URL: `http://${local(11)}`, AWS_ACCESS_KEY_ID: 'currents', AWS_SECRET_ACCESS_KEY: 'currents-secret',
    },
  });
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}
