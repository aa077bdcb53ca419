import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { FakeTrinoServer } from '../trino/fakeTrinoServer';

const columns = [{ name: 'n', type: 'bigint' }];
const data = Array.from({ length: 20_000 }, (_, index) => [index]);
const ENDLESS = { body: { id: 'q1', columns, data, nextUri: 'NEXT' } };

interface Running {
  child: ChildProcessByStdio<null, Readable, Readable>;
  ended: Promise<{ code: number | null; stderr: string }>;
}

describe('currents query', () => {
  let server: FakeTrinoServer;
  let running: Running;

  /** The command as a shell starts it, on a query that never ends. */
  async function start(...args: string[]): Promise<Running> {
    server = await new FakeTrinoServer([{ body: { id: 'q1', nextUri: 'NEXT' } }], ENDLESS).start();
    const command = path.join(repositoryRoot(), 'bin', 'currents.js');
    const child = spawn(process.execPath, [command, 'query', 'select n', ...args], {
      env: { ...process.env, TRINO_URL: server.address, CURRENTS_HOME: os.tmpdir() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr }));
    running = { child, ended };
    return running;
  }

  afterEach(async () => {
    running.child.kill('SIGKILL');
    await server.stop();
  });

  it('ends quietly, and in Trino, when its reader has seen enough', async () => {
    const { child, ended } = await start();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await ended).toEqual({ code: 0, stderr: '' });
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  }, 60_000);

  it('is ended by Ctrl-C, and in Trino', async () => {
    const { child, ended } = await start();
    child.stdout.on('data', () => undefined);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stderr: expect.stringMatching(/^interrupted/) });
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  }, 60_000);

  it('says on stderr that a limit cut, and ends the query', async () => {
    const { child, ended } = await start('--limit', '50000');
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    expect(await ended).toEqual({ code: 0, stderr: 'cut after 50000 rows by --limit: there are more\n' });
    expect(text.split('\r\n')).toHaveLength(50_002);
    expect(server.cancelled).toEqual(['/v1/query/q1']);
  }, 60_000);

  it('does not take a limit that is no number', async () => {
    const { ended } = await start('--limit', 'all');
    expect(await ended).toEqual({ code: 2, stderr: expect.stringMatching(/^INVALID_ARGUMENT/) });
    expect(server.seen).toEqual([]);
  }, 60_000);
});
