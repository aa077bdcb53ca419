import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runChildProcess } from '../../../../clients/processes/childProcess';
import { SpareDbt } from '../../../../clients/dbt/dbtProcess';

describe('SpareDbt', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-spare-dbt-'));
  const python = path.join(folder, 'python');
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  beforeAll(() =>
    fs.writeFileSync(python, '#!/bin/sh\nread orders || exit 0\necho "$orders"\nexit 3\n', { mode: 0o755 }),
  );

  const orders = { args: ['build'], env: { A: 'b' }, cwd: folder, stamp: 's' };
  const rehearsal = { ...orders, args: ['ls'], parse: ['parse'] };
  const childOf = (spare: SpareDbt): ChildProcess => (spare as unknown as { child: ChildProcess }).child;

  it('gives its one spare its orders, and its end to who took it', async () => {
    const spare = new SpareDbt(python);
    spare.prepare();
    spare.prepare();
    const begun = spare.begin(orders);
    expect(spare.begin(orders)).toBeUndefined();
    const { code, tail } = await runChildProcess({ ...orders, command: 'not started', begun });
    expect({ code, said: JSON.parse(tail) as unknown }).toEqual({ code: 3, said: orders });
  });

  it('carries out a rehearsal before its orders', async () => {
    const rehearsing = path.join(folder, 'rehearsing');
    fs.writeFileSync(rehearsing, '#!/bin/sh\nread rehearsal\nread orders\necho "[$rehearsal,$orders]"\n', {
      mode: 0o755,
    });
    const spare = new SpareDbt(rehearsing);
    spare.prepare(rehearsal);
    const { tail } = await runChildProcess({ ...orders, command: 'not started', begun: spare.begin(orders) });
    expect(JSON.parse(tail)).toEqual([{ ...rehearsal, isRehearsal: true }, orders]);
  });

  it('is started some seconds after a build, unless the next build or the end comes first', () => {
    jest.useFakeTimers();
    try {
      const spare = new SpareDbt(python);
      const prepare = jest.spyOn(spare, 'prepare').mockImplementation(() => undefined);
      spare.prepareLater(rehearsal);
      spare.begin(orders);
      jest.advanceTimersByTime(60_000);
      expect(prepare).not.toHaveBeenCalled();
      spare.prepareLater(rehearsal);
      jest.advanceTimersByTime(5_000);
      expect(prepare).not.toHaveBeenCalled();
      jest.advanceTimersByTime(55_000);
      expect(prepare).toHaveBeenCalledWith(rehearsal);
      spare.prepareLater();
      spare.close();
      jest.advanceTimersByTime(60_000);
      expect(prepare).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends at once when it is closed', async () => {
    const spare = new SpareDbt(python);
    spare.prepare();
    const ended = new Promise((resolve) =>
      childOf(spare).once('exit', (code, signal) => resolve(signal ?? code)),
    );
    spare.close();
    expect(await ended).toBe('SIGKILL');
  });

  it('ends with a build that is cancelled as it takes it', async () => {
    fs.writeFileSync(
      path.join(folder, 'busy'),
      '#!/bin/sh\nread orders || exit 0\nwhile :; do sleep 0.05; done\n',
      { mode: 0o755 },
    );
    const spare = new SpareDbt(path.join(folder, 'busy'));
    spare.prepare();
    const begun = spare.begin(orders);
    const result = await runChildProcess({
      ...orders,
      command: 'not started',
      begun,
      signal: AbortSignal.abort(),
    });
    expect(result).toMatchObject({ cancelled: true, code: null, signal: 'SIGTERM' });
  });

  it.each([
    ['cannot start', 'no such file', 'error'],
    ['has died', '/bin/true', 'exit'],
  ])('has none where it %s', async (_what, script, event) => {
    const spare = new SpareDbt(script);
    spare.prepare();
    await new Promise((resolve) => childOf(spare).once(event, resolve));
    expect(spare.begin(orders)).toBeUndefined();
    spare.close();
  });
});
