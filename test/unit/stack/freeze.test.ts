import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../../../core/repositoryRoot';
import { whileFrozen } from '../../../stack/backup/freeze';
import { endGroup, processRecord, type ProcessRecord } from '../../../stack/processes';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'currents-freeze-'));
const ticks = path.join(folder, 'ticks');
const pause = (wait_ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, wait_ms); });
const count = (): number => fs.statSync(ticks).size;

/** A process, with a child that does the same, that writes all the time. */
async function startWriter(): Promise<{ child: ChildProcess; record: ProcessRecord }> {
  const loop = `while :; do printf x >> '${ticks}'; sleep 0.01; done`;
  const child = spawn('sh', ['-c', `(${loop}) & ${loop}`], { detached: true, stdio: 'ignore' });
  while (!fs.existsSync(ticks) || count() < 5) await pause(10);
  return { child, record: processRecord(child.pid!)! };
}

async function untilWriting(): Promise<void> {
  const before = count();
  while (count() <= before) await pause(10);
}

let writer: { child: ChildProcess; record: ProcessRecord };
beforeEach(async () => { writer = await startWriter(); });
afterEach(async () => { await endGroup(writer.record, 100); });
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe('whileFrozen', () => {
  test('lets nothing of the group write while the work lasts, and all of it afterwards', async () => {
    const { result, frozen_ms } = await whileFrozen([writer.record], async () => {
      await pause(20);
      const before = count();
      await pause(150);
      return count() - before;
    });
    expect(result).toBe(0);
    expect(frozen_ms).toBeGreaterThanOrEqual(150);
    await untilWriting();
  });

  test('lets it go on when the work fails', async () => {
    await expect(whileFrozen([writer.record], () => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
    await untilWriting();
  });

  test('lets it go on when the process that froze it is killed', async () => {
    const module = path.join(repositoryRoot(), 'dist', 'stack', 'backup', 'freeze.js');
    const script = `require(${JSON.stringify(module)}).whileFrozen([${JSON.stringify(writer.record)}], () => { console.log('frozen'); return new Promise(() => setInterval(() => {}, 1000)); })`;
    const freezer = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => { freezer.stdout.once('data', resolve); });
    await pause(20);
    const before = count();
    await pause(100);
    expect(count()).toBe(before);
    freezer.kill('SIGKILL');
    await untilWriting();
  });

  test('does the work though there is nobody to freeze', async () => {
    await endGroup(writer.record, 100);
    expect(await whileFrozen([writer.record], () => Promise.resolve('done'))).toEqual({ result: 'done', frozen_ms: 0 });
  });
});
