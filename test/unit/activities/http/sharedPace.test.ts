import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { PoliteHttp } from '../../../../clients/http/politeHttp';
import { repositoryRoot } from '../../../../settings/repositoryRoot';
import { ThrottlingMirror } from './throttlingMirror';

/** Fetches files as a worker does, some at a time, in a process of its own. */
const FETCHER = `
const { PoliteHttp } = require(process.argv[1]);
const { url, files, ...options } = JSON.parse(process.argv[2]);
const http = new PoliteHttp({ version: '0.1', ...options });
Promise.all(Array.from({ length: files }, (_, index) => http.get(url + '/' + process.pid + '-' + index)))
  .then((got) => console.log(got.length));
`;

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-pace-')), 'pace');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fs.rmSync(path.dirname(folder), { recursive: true });
});

function fetcher(url: string, files: number, options: { requestsPerSecond: number; hold_ms?: number }) {
  const client = path.join(repositoryRoot(), 'dist', 'clients', 'http', 'politeHttp.js');
  const orders = JSON.stringify({ url, files, paceFolder: folder, ...options });
  const child = spawn(process.execPath, ['-e', FETCHER, client, orders], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  return { child, got: once(child, 'close').then(() => Number(stdout)) };
}

const own = (): PoliteHttp =>
  new PoliteHttp({ requestsPerSecond: 100, version: '0.1', paceFolder: folder, hold_ms: 1_000 });

describe('two processes of one home', () => {
  it('share one pace: a mirror that bears 5 requests a second never complains', async () => {
    const mirror = await new ThrottlingMirror({ bears: 5, window_ms: 1_000, block_ms: 5_000 }).start();
    // Each alone is slow enough, both together would ask 6 times a second. At 3 a second the mirror sees too
    // many only if one is 667 ms late, as on a busy machine.
    const both = [1, 2].map(() => fetcher(mirror.url, 9, { requestsPerSecond: 3 }));
    expect(await Promise.all(both.map(({ got }) => got))).toEqual([9, 9]);
    await mirror.stop();
    expect(mirror.requests.filter(({ status }) => status !== 200)).toEqual([]);
    expect(Math.max(...mirror.requests.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(2);
    // 18 requests, 333 ms apart; two paces would end in half the time.
    expect(mirror.requests.at(-1)!.at_ms - mirror.requests[0]!.at_ms).toBeGreaterThan(5_000);
  }, 60_000);

  it('share one quiet time, and read all from a mirror that they press too hard', async () => {
    const options = { bears: 5, window_ms: 200, block_ms: 1_000, rejectsNumber: 6 };
    const mirror = await new ThrottlingMirror(options).start();
    const both = [1, 2].map(() => fetcher(mirror.url, 15, { requestsPerSecond: 100, hold_ms: 1_100 }));
    expect(await Promise.all(both.map(({ got }) => got))).toEqual([15, 15]);
    await mirror.stop();
    const rejected = mirror.requests.filter(({ status }) => status === 403);
    expect(rejected.length).toBeGreaterThan(0);
    expect(rejected.length).toBeLessThanOrEqual(6);
    expect(Math.max(...mirror.requests.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(2);
    expect(Math.min(...mirror.pausesAfterRefusals_ms())).toBeGreaterThanOrEqual(1_050);
  }, 60_000);

  it('get back the places of one that was killed, and lose no turn by it', async () => {
    const sockets: http.ServerResponse[] = [];
    const server = http.createServer((_, response) => sockets.push(response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { child } = fetcher(url, 2, { requestsPerSecond: 100 });
    while (sockets.length < 2) await once(server, 'request');
    const waiting = own().get(`${url}/mine`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sockets).toHaveLength(2);
    child.kill('SIGKILL');
    await once(server, 'request');
    sockets.at(-1)!.end('mine');
    expect((await waiting).bytes.toString()).toBe('mine');
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }, 60_000);
});

describe('what a killed process leaves', () => {
  const mirrorOptions = { bears: 1_000, window_ms: 1_000, block_ms: 1_000 };
  let mirror: ThrottlingMirror;
  const stateFile = (): string => path.join(folder, `${encodeURIComponent(new URL(mirror.url).host)}.json`);
  beforeEach(async () => {
    mirror = await new ThrottlingMirror(mirrorOptions).start();
    fs.mkdirSync(folder, { recursive: true });
  });
  afterEach(() => mirror.stop());

  it('is a lock of a process that is gone: it is removed at once', async () => {
    const gone = { pid: process.pid, startedAt: 'before the boot', host: os.hostname() };
    fs.writeFileSync(`${stateFile()}.lock`, JSON.stringify(gone));
    const started_ms = performance.now();
    await own().get(`${mirror.url}/a`);
    expect(performance.now() - started_ms).toBeLessThan(2_000);
    expect(fs.readdirSync(folder)).toEqual([path.basename(stateFile())]);
  });

  it.each(['', '{"pid":1,"startedAt":"unknown","host":"another container"}'])(
    'is a lock that names no process known (%j): it is removed by its age',
    async (text) => {
      const lock = `${stateFile()}.lock`;
      fs.writeFileSync(lock, text);
      const minuteAgo_s = Date.now() / 1000 - 60;
      fs.utimesSync(lock, minuteAgo_s, minuteAgo_s);
      await own().get(`${mirror.url}/a`);
      expect(fs.existsSync(lock)).toBe(false);
    },
  );

  it.each([
    ['an incomplete file', '{"nextFree_ms": 12'],
    ['a file from before the boot', '{"changed_ms": 1e15, "nextFree_ms": 1e15, "heldUntil_ms": 1e15}'],
  ])('is %s: it says nothing', async (_, text) => {
    fs.writeFileSync(stateFile(), text);
    await own().get(`${mirror.url}/a`);
    expect(mirror.requests).toHaveLength(1);
  });

  it('and a folder that cannot be written is named', async () => {
    fs.rmSync(folder, { recursive: true });
    fs.writeFileSync(folder, 'a file');
    await expect(own().get(`${mirror.url}/a`)).rejects.toMatchObject({ code: 'PACE_FILE_UNUSABLE' });
    expect(mirror.requests).toEqual([]);
  });

  it('asks for headers in its turn as well', async () => {
    const polite = own();
    await Promise.all([polite.head(mirror.url), polite.head(mirror.url), own().head(mirror.url)]);
    expect(mirror.requests).toHaveLength(3);
    expect(Math.max(...mirror.requests.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(2);
  });
});
