import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readConfig, type Config } from '../../settings/config';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { readStackStatus } from '../../stack/control';
import { s3Client } from '../../stack/probes/s3';
import { isFree, portsOf } from '../../stack/ports';
import { groupMembers, isAlive } from '../../stack/processes';
import { readState, type StackState } from '../../stack/stateFile';
import type { ServiceStatus } from '../../stack/status';
import { proxiedBy } from '../integration/support/recordingProxy';
import { until } from '../integration/support/until';

const run = promisify(execFile);
const SERVICES = ['kafka', 's3', 'nessie', 'bootstrap'] as const;
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-stack-test-'));
/**
 * Beside the stack of all tests, whose base TEST_PORT_BASE sets, and far from the one pipelineBackup.test.ts
 * starts.
 */
const portBase = Number(process.env.CURRENTS_PORT_BASE) + 100;
const environment = { CURRENTS_HOME: home, CURRENTS_PORT_BASE: String(portBase) };
const config: Config = readConfig(environment);

/**
 * The command as a user types it, in a process of its own; rejects with `code` and `stderr` when it fails.
 */
async function currents(
  args: string[],
  more: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [path.join(repositoryRoot(), 'bin', 'currents.js'), ...args], {
    env: { ...process.env, ...proxiedBy(), ...environment, ...more },
  });
}

const up = (more: Record<string, string> = {}): ReturnType<typeof currents> =>
  currents(['up', '--only', 'kafka,s3,nessie,bootstrap'], more);

async function service(name: string): Promise<ServiceStatus | undefined> {
  return (await readStackStatus(config)).services.find((one) => one.name === name);
}

async function expectNothingLeft(state: StackState): Promise<void> {
  for (const record of [state.supervisor, ...Object.values(state.services)]) {
    expect(isAlive(record)).toBe(false);
    expect(groupMembers(record.pid)).toEqual([]);
  }
  for (const { port } of portsOf(SERVICES, config)) expect([port, await isFree(port)]).toEqual([port, true]);
}

jest.setTimeout(300_000);
afterAll(async () => {
  await currents(['down', '--volumes', '--yes']);
  fs.rmSync(home, { recursive: true, force: true });
});

describe('a stack of real services', () => {
  test('comes up, ends with a list of addresses, and says so when it is up already', async () => {
    const { stdout, stderr } = await up();
    const { kafka, s3, nessie } = config.ports;
    expect(stdout).toMatch(
      new RegExp(
        `^ {2}Kafka {3}127\\.0\\.0\\.1:${kafka}\\n {2}S3 {6}http://127\\.0\\.0\\.1:${s3}\\n` +
          ` {2}Nessie {2}http://127\\.0\\.0\\.1:${nessie}/api/v2\\n {2}Data {4}`,
      ),
    );
    expect(stderr).toMatch(/Ready in [\d.]+ s/);
    expect((await up()).stderr).toMatch(/already up/);
  });

  test('has main with its namespaces and a branch for each slot', async () => {
    const { references } = (await (await fetch(`${config.nessieUrl}/trees`)).json()) as {
      references: { name: string; hash: string }[];
    };
    expect(references.map(({ name }) => name).sort()).toEqual(['main', 'slot_1', 'slot_2', 'slot_3']);
    const { entries } = (await (await fetch(`${config.nessieUrl}/trees/main/entries`)).json()) as {
      entries: { name: { elements: string[] } }[];
    };
    expect(entries.map(({ name }) => name.elements.join('.')).sort()).toEqual(['nem', 'nem_gold', 'nem_ops']);
  });

  test('keeps an object', async () => {
    const s3 = s3Client(config.s3);
    await s3.send(new PutObjectCommand({ Bucket: config.LAKE_BUCKET, Key: 'kept', Body: 'through a crash' }));
    s3.destroy();
  });

  test('starts a service again that was killed, and shows it', async () => {
    const before = (await service('kafka'))!;
    process.kill(before.pid!, 'SIGKILL');
    await until('kafka to be restarted', async () => ((await service('kafka'))?.restarts ?? 0) === 1);
    await until('kafka to be healthy', async () => (await service('kafka'))?.state === 'healthy');
    expect((await service('kafka'))!.pid).not.toBe(before.pid);
    expect((await service('nessie'))!.restarts).toBe(0);
  });

  test('takes no order from a web page, which cannot send the header that names the home', async () => {
    const answer = await fetch(`http://127.0.0.1:${config.ports.supervisor}/stop`, { method: 'POST' });
    expect(answer.status).toBe(403);
    expect((await readStackStatus(config)).running).toBe(true);
  });

  test('leaves no process behind when it is stopped after its supervisor was killed', async () => {
    const state = readState(home)!;
    process.kill(state.supervisor.pid, 'SIGKILL');
    await until('the supervisor to be gone', () => !isAlive(state.supervisor));
    expect(Object.values(state.services).every(isAlive)).toBe(true);
    expect((await readStackStatus(config)).running).toBe(false);
    const { stderr } = await currents(['down']);
    expect(stderr).toMatch(/Stopped 3 processes\.\nKept: .* of data in /);
    await expectNothingLeft(state);
  });

  test('comes up on its old data after that, and ends what a killed supervisor left', async () => {
    await up();
    const orphaned = readState(home)!;
    process.kill(orphaned.supervisor.pid, 'SIGKILL');
    await until('the supervisor to be gone', () => !isAlive(orphaned.supervisor));
    await up();
    const s3 = s3Client(config.s3);
    const kept = await s3.send(new GetObjectCommand({ Bucket: config.LAKE_BUCKET, Key: 'kept' }));
    expect(await kept.Body!.transformToString()).toBe('through a crash');
    s3.destroy();
    expect(Object.values(orphaned.services).some(isAlive)).toBe(false);
    const state = readState(home)!;
    await currents(['down']);
    await expectNothingLeft(state);
  });
});

describe('a stack that cannot start', () => {
  test('names the port that is taken and the service that wants it, and starts nothing', async () => {
    const stranger = net.createServer().listen(config.ports.nessie, '127.0.0.1');
    const refused = up();
    await expect(refused).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`PORT_TAKEN[^]*port ${config.ports.nessie} \\(nessie\\): held by process \\d+`),
      ),
    });
    stranger.close();
    expect(readState(home)).toBeUndefined();
  });

  test('shows the log of the service that failed and stops what it had started', async () => {
    const broken = path.join(home, 'weed');
    fs.writeFileSync(broken, '#!/bin/sh\necho "the disk is on fire"; exit 3\n', { mode: 0o755 });
    await expect(up({ CURRENTS_WEED: broken })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /SERVICE_FAILED {2}s3: .* found it ended with code 3[^]*the disk is on fire/,
      ),
    });
    expect(readState(home)).toBeUndefined();
    for (const { port } of portsOf(SERVICES, config)) expect(await isFree(port)).toBe(true);
  });

  test('keeps running what ran before when a service that is added to it fails', async () => {
    const broken = path.join(home, 'weed');
    await currents(['up', '--only', 'kafka,nessie'], { CURRENTS_WEED: broken });
    expect((await currents(['down', '--only', 'nessie'])).stderr).toMatch(/^Stopped nessie\. /);
    await expect(currents(['up', '--only', 's3'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/SERVICE_FAILED {2}s3/),
    });
    expect((await readStackStatus(config)).services.map(({ name, state }) => [name, state])).toEqual([
      ['kafka', 'healthy'],
    ]);
    await currents(['down']);
  });

  test('deletes nothing unless told so twice', async () => {
    await expect(currents(['down', '--volumes'])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/This deletes[^]*nessie +[\d.]+ [kM]?B/),
    });
    expect(fs.existsSync(path.join(home, 'nessie'))).toBe(true);
    await currents(['down', '--volumes', '--yes']);
    expect(fs.existsSync(path.join(home, 'nessie'))).toBe(false);
  });
});
