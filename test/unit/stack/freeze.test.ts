import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { repositoryRoot } from '../../../settings/repositoryRoot';
import { whileFrozen } from '../../../stack/backup/freeze';
import { startWriter, type Writer } from './support/writer';

/** Long enough for a busy machine to begin the work, short enough to wait for. */
const LIMIT_MS = 1_500;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-freeze-'));

jest.setTimeout(20_000);

let writer: Writer;
beforeEach(async () => {
  writer = await startWriter(folder);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await writer.end();
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('whileFrozen', () => {
  test('lets nothing of the group write while the work lasts, and all of it afterwards', async () => {
    const { result, frozen_ms } = await whileFrozen([writer.record], async () => {
      await pause(20);
      const before = writer.count();
      await pause(150);
      return writer.count() - before;
    });
    expect(result).toBe(0);
    expect(frozen_ms).toBeGreaterThanOrEqual(150);
    await writer.untilWriting();
  });

  test('lets it go on when the work fails', async () => {
    await expect(whileFrozen([writer.record], () => Promise.reject(new Error('no space')))).rejects.toThrow(
      'no space',
    );
    await writer.untilWriting();
  });

  test('lets it go on when the process that froze it is killed', async () => {
    const module = path.join(repositoryRoot(), 'dist', 'stack', 'backup', 'freeze.js');
    const script =
      `require(${JSON.stringify(module)}).whileFrozen([${JSON.stringify(writer.record)}], ` +
      "() => { console.log('frozen'); return new Promise(() => setInterval(() => {}, 1000)); })";
    const freezer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => {
      freezer.stdout.once('data', resolve);
    });
    await pause(20);
    const before = writer.count();
    await pause(100);
    expect(writer.count()).toBe(before);
    freezer.kill('SIGKILL');
    await writer.untilWriting();
  });

  test('does the work even without a process to freeze', async () => {
    await writer.end();
    expect(await whileFrozen([writer.record], () => Promise.resolve('done'))).toEqual({
      result: 'done',
      frozen_ms: 0,
    });
  });

  test('lets it go on at the limit although the work does not end', async () => {
    const work = jest.fn(() => new Promise<never>(() => undefined));
    await expect(whileFrozen([writer.record], work, LIMIT_MS)).rejects.toMatchObject({
      code: 'BACKUP_TOO_SLOW',
      message: expect.stringContaining('within 1.5 s'),
    });
    expect(work).toHaveBeenCalled();
    await writer.untilWriting();
  });

  test('lets it go on at the limit although this process hangs, and does not take what was copied', async () => {
    let wrote = 0;
    const hang = (): Promise<void> => {
      const before = writer.count();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * LIMIT_MS);
      wrote = writer.count() - before;
      return Promise.resolve();
    };
    await expect(whileFrozen([writer.record], hang, LIMIT_MS)).rejects.toMatchObject({
      code: 'BACKUP_TOO_SLOW',
    });
    expect(wrote).toBeGreaterThan(0);
  });

  test('holds it beyond the limit of a freeze before', async () => {
    await whileFrozen([writer.record], () => Promise.resolve(), LIMIT_MS);
    const { result } = await whileFrozen([writer.record], async () => {
      const before = writer.count();
      await pause(LIMIT_MS + 200);
      return writer.count() - before;
    });
    expect(result).toBe(0);
  });

  test('holds what a process that is gone has left in its group', async () => {
    process.kill(writer.record.pid, 'SIGKILL');
    const { result, frozen_ms } = await whileFrozen([writer.record], async () => {
      const before = writer.count();
      await pause(100);
      return writer.count() - before;
    });
    expect(result).toBe(0);
    expect(frozen_ms).toBeLessThan(4_000);
  });

  /** As if the writer's threads were in the kernel, at the place named. */
  function holdInKernel(place: string): void {
    const read = fs.readFileSync;
    const told = (file: string): string => (file.endsWith('wchan') ? place : '1 (sh) D 1');
    const isOurs = (file: string): boolean => file.startsWith(`/proc/${writer.record.pid}/task`);
    jest
      .spyOn(fs, 'readFileSync')
      .mockImplementation(((file: string, ...more: []) =>
        isOurs(file) ? told(file) : read(file, ...more)) as typeof fs.readFileSync);
  }

  test('does not begin the work when a process goes on all the same', async () => {
    holdInKernel('folio_wait_bit');
    const work = jest.fn(() => Promise.resolve());
    await expect(whileFrozen([writer.record], work)).rejects.toMatchObject({
      code: 'BACKUP_NOT_FROZEN',
      details: { running: [writer.record.pid] },
    });
    expect(work).not.toHaveBeenCalled();
    await writer.untilWriting();
  });

  test('takes a process for stopped that waits for a stopped child to become a program', async () => {
    holdInKernel('kernel_clone');
    const { frozen_ms } = await whileFrozen([writer.record], () => Promise.resolve());
    expect(frozen_ms).toBeLessThan(4_000);
  });
});
