import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { takeLock } from '../../../stack/backup/lock';
import { processRecord } from '../../../stack/processes';

let file: string;
beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'currents-lock-')), 'lock');
});
afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

const held = (holder: string): Error => new Error(`held by ${holder}`);
const LEFT = 'c0d3a5f2-6d1c-4f5e-8a57-2f3f1b6f0a11';

/** What another process has left, or holds. */
function leave(host: string, startedAt: string): void {
  fs.writeFileSync(
    file,
    JSON.stringify({ id: LEFT, pid: process.pid, startedAt, host, since: '2026-11-21T10:00:00.000Z' }),
  );
}

describe('a lock file', () => {
  test('is had by one at a time, and names who has it', () => {
    const lock = takeLock(file, held);
    expect(lock.tookOver).toBe(false);
    expect(() => takeLock(file, held)).toThrow(`held by process ${process.pid} on ${os.hostname()} since 20`);
    lock.release();
    takeLock(file, held).release();
    expect(fs.existsSync(file)).toBe(false);
  });

  test("is taken over from a process that is gone, though its number is another's by now", () => {
    leave(os.hostname(), 'before the boot');
    const lock = takeLock(file, held);
    expect(lock.tookOver).toBe(true);
    expect(() => takeLock(file, held)).toThrow(/held by/);
    lock.release();
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  test('is left to the one who is taking it over already', () => {
    leave(os.hostname(), 'before the boot');
    fs.writeFileSync(`${file}.${LEFT}`, '');
    expect(() => takeLock(file, held)).toThrow(/held by/);
  });

  test.each([
    ['another machine, of whose processes nothing is known', () => leave('elsewhere', 'before the boot')],
    ['a process that lives', () => leave(os.hostname(), processRecord(process.pid)!.startedAt)],
    ['one that is just writing it', () => fs.writeFileSync(file, '')],
  ])('is left to %s', (_, make) => {
    make();
    expect(() => takeLock(file, held)).toThrow(/held by/);
  });

  test('is not removed by one who has lost it', () => {
    const lock = takeLock(file, held);
    leave(os.hostname(), 'of another');
    lock.release();
    expect(fs.existsSync(file)).toBe(true);
  });
});
