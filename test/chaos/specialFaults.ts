import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { WorkflowIdConflictPolicy } from '@temporalio/client';
import { ingestWorkflowId, TASK_QUEUES } from '../../core/ids';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { NessieClient } from '../../nessie/client';
import { randomFor } from '../../pipelines/nem/demo/random';
import { note, noteKill, pause, untilTrue, type Injection } from './injection';
import type { Session } from './session';
import { sendSignal } from './stackUnderTest';
import type { SpecialKind } from './trials';

const KAFKA_DOWN_MS = 75_000;
const DISK_FULL_MS = 20_000;
const HOUR_S = 3_600;

/** Everything but a kill at a moment, by kind; each resolves when it is over. */
export const SPECIAL: Record<SpecialKind, (injection: Injection) => Promise<void>> = {
  'lost answer of the merge': async (injection) => {
    const {
      session: { proxies },
      watched,
    } = injection;
    proxies.nessie.disturb({ cut: { request: /^POST \S+history\/merge/, times: 1 } });
    await untilTrue(() => proxies.nessie.cuts > 0 || watched.isOver());
    note(injection, `answers lost: ${proxies.nessie.cuts}`, proxies.nessie.cuts > 0);
    proxies.nessie.calm();
  },
  'worker killed when main moves': async (injection) => {
    const {
      session: { stack },
      watched,
    } = injection;
    const nessie = new NessieClient(stack.nessieUrl);
    const hash = async (): Promise<string> => (await nessie.getReference('main')).hash;
    const before = await hash();
    let hasMoved = false;
    for (; !hasMoved && !watched.isOver(); hasMoved = (await hash()) !== before) await pause(10);
    if (hasMoved) noteKill(injection, 'main moved; worker', stack.kill('worker'));
    else note(injection, 'main did not move', false);
  },
  'answers cut': async (injection) => {
    const { proxies } = injection.session;
    proxies.s3.disturb({ cut: { request: /^(PUT|POST) /, times: 3 } });
    proxies.nessie.disturb({ cut: { request: /^(PUT|POST|DELETE) /, times: 2 } });
    await pause(10_000);
    note(
      injection,
      `answers lost: ${proxies.s3.cuts} of S3, ${proxies.nessie.cuts} of Nessie`,
      proxies.s3.cuts + proxies.nessie.cuts > 0,
    );
    calm(proxies);
  },
  'slow S3': (injection) => slowed(injection, 's3', 120),
  'slow Nessie': (injection) => slowed(injection, 'nessie', 600),
  'same workflow started twice': startAgain,
  'two workers': withSecondWorker,
  'landing disk full': async ({ session, done }) => fullFor(session, 's3', done),
  'Kafka disk full': async ({ session, done }) => fullFor(session, 'kafka', done),
  'Kafka down for long': async (injection) => {
    const until_ms = Date.now() + KAFKA_DOWN_MS;
    let kills = 0;
    for (; Date.now() < until_ms; await pause(100)) if (injection.session.stack.kill('kafka')) kills += 1;
    note(injection, `Kafka kept down for ${KAFKA_DOWN_MS / 1000} s (killed ${kills} times)`, kills > 0);
  },
  'clock step': async ({ session: { clock }, watched, done }) => {
    for (const seconds of [HOUR_S, -HOUR_S, 600, 0]) {
      clock!.step(seconds);
      done.push(`clock ${seconds} s`);
      await pause(watched.isOver() ? 500 : 6_000);
    }
  },
  'clock ahead for a whole run': async ({ session: { clock }, watched, done }) => {
    clock!.step(HOUR_S);
    await untilTrue(() => watched.isOver());
    clock!.step(0);
    done.push(`clock ${HOUR_S} s until the run was over, then 0 s`);
  },
  'clock right again, tables dated ahead': async (injection) => {
    const { rows } = await injection.session.trino.runQuery(
      'select max(committed_at) > current_timestamp from nem."silver_dispatch_clean$snapshots"',
    );
    note(
      injection,
      rows[0]![0] ? 'tables were dated ahead' : 'no table was dated ahead',
      rows[0]![0] === true,
    );
  },
  'Temporal stopped and started': async (injection) => {
    const { stack } = injection.session;
    const isEnded = stack.kill('temporal', 'SIGTERM');
    note(injection, `Temporal ${isEnded ? 'ended' : 'was not running'}; its database stays`, isEnded);
    await stack.untilHealthy();
  },
  'power loss': async (injection) => {
    const { stack } = injection.session;
    const killed = stack.killAll();
    note(injection, `killed at once: ${killed.join(', ')}`, killed.length > 0);
    await stack.up();
  },
};

async function slowed(injection: Injection, service: 's3' | 'nessie', delay_ms: number): Promise<void> {
  const proxy = injection.session.proxies[service];
  proxy.disturb({ delay_ms });
  await untilTrue(() => injection.watched.isOver());
  note(injection, `every answer ${delay_ms} ms late`, proxy.delayed > 0);
  proxy.calm();
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
  const options = {
    taskQueue: TASK_QUEUES.control,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
  };
  const start = (type: string, workflowId: string, input: object): Promise<{ result(): Promise<unknown> }> =>
    client.workflow.start(type, { ...options, workflowId, args: [input] });
  const handles = await Promise.all([
    start('ingestRange', watched.ids.range!, { pipeline: 'nem', from: range.from, to: range.to }),
    ...range.starts.map((intervalStart) =>
      start('ingestInterval', ingestWorkflowId('nem', intervalStart), {
        pipeline: 'nem',
        intervalStart,
        wait: false,
        verify: true,
      }),
    ),
    ...[1, 2].map((n) => start('refineBatch', `by-hand/${range.from}/${n}`, { pipeline: 'nem' })),
  ]);
  await Promise.all(handles.map((handle) => handle.result()));
  done.push(`${handles.length} starts more`);
}

async function withSecondWorker(injection: Injection): Promise<void> {
  const {
    session: { stack },
    trial,
    watched,
  } = injection;
  const second = secondWorker(stack.config.CURRENTS_PORT_BASE, stack.environment);
  await pause(5_000);
  const hasEnded = (): boolean => second.exitCode !== null || second.signalCode !== null;
  if (hasEnded()) note(injection, 'the second worker ended by itself', false);
  const killsFirst = randomFor(trial.seed, 'which worker', trial.number)() < 0.5;
  noteKill(
    injection,
    `two workers; the ${killsFirst ? 'first' : 'second'}`,
    killsFirst ? stack.kill('worker') : sendSignal(second.pid!, 'SIGKILL'),
  );
  await untilTrue(() => watched.isOver());
  sendSignal(second.pid!, 'SIGTERM');
  await untilTrue(hasEnded);
}

/** A worker of the same stack with metrics ports of its own, as on a second machine. */
function secondWorker(portBase: number, environment: NodeJS.ProcessEnv): ChildProcess {
  const local = (offset: number): string => `127.0.0.1:${portBase + offset}`;
  return spawn(process.execPath, [path.join(repositoryRoot(), 'dist', 'workers', 'main.js')], {
    cwd: repositoryRoot(),
    stdio: 'ignore',
    env: {
      ...environment,
      CURRENTS_PORT_BASE: String(portBase + 25),
      TEMPORAL_ADDRESS: local(3),
      TRINO_URL: `http://${local(1)}`,
      KAFKA_BROKERS: local(6),
      SPARK_DRIVER_URL: `http://${local(11)}`,
      SCHEMA_REGISTRY_URL: `http://${local(24)}/apis/ccompat/v7`,
      AWS_ACCESS_KEY_ID: 'currents',
      AWS_SECRET_ACCESS_KEY: 'currents-secret',
    },
  });
}
