import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runChildProcess } from '../../../../activities/childProcess';
import { SpareDbt } from '../../../../activities/spareDbt';

describe('SpareDbt', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-spare-dbt-'));
  const python = path.join(folder, 'python');
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  beforeAll(() => fs.writeFileSync(python, '#!/bin/sh\nread orders || exit 0\necho "$orders"\nexit 3\n', { mode: 0o755 }));

  const orders = { command: 'not started', args: ['build'], env: { A: 'b' }, cwd: folder };

  it('gives its one spare its orders, and its end to who took it', async () => {
    const spare = new SpareDbt(python);
    spare.prepare();
    spare.prepare();
    const waiting = spare.take();
    expect(spare.take()).toBeUndefined();
    const { code, tail } = await runChildProcess({ ...orders, waiting });
    expect({ code, said: JSON.parse(tail) as unknown }).toEqual({ code: 3, said: { args: ['build'], env: { A: 'b' }, cwd: folder } });
  });

  it.each([
    ['it is closed', 'SIGKILL', async (spare: SpareDbt) => spare.close()],
    ['a cancelled build took it', 0, async (spare: SpareDbt) => { await runChildProcess({ ...orders, waiting: spare.take(), signal: AbortSignal.abort() }); }],
  ])('ends without orders when %s', async (_when, expected, end) => {
    const spare = new SpareDbt(python);
    spare.prepare();
    const { child } = spare as unknown as { child: import('node:child_process').ChildProcess };
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
    await end(spare);
    expect(await ended).toBe(expected);
  });

  it('has none where it cannot start or has died', async () => {
    for (const script of ['no such file', '/bin/true']) {
      const spare = new SpareDbt(script);
      spare.prepare();
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(spare.take()).toBeUndefined();
      spare.close();
    }
  });
});
