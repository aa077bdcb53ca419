import fs from 'node:fs';
import path from 'node:path';
import { homeFolder } from '../settings/homeFolder';

const ROTATE_AT_BYTES = 10 * 1024 * 1024;
const KEPT = 3;
const TAIL_BYTES = 64 * 1024;

/**
 * Opens a service's log for appending; one that has grown past 10 MiB is put aside first, three old ones are
 * kept.
 */
export function openLog(home: string, service: string): number {
  const file = homeFolder.log(home, service);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (fs.existsSync(file) && fs.statSync(file).size > ROTATE_AT_BYTES) rotate(file);
  return fs.openSync(file, 'a');
}

const START_MARK = '--- started by currents';

/** Marks in the log where the output of a new process begins. */
export function markStart(log: number): void {
  fs.writeSync(log, `${START_MARK} at ${new Date().toISOString()} ---\n`);
}

/** The last lines that the newest process of a service has written, without those of the ones before it. */
export function newestLogTail(home: string, service: string, lines: number): string {
  const tail = logTail(home, service, lines);
  const mark = tail.lastIndexOf(START_MARK);
  return mark === -1 ? tail : tail.slice(mark);
}

/** The last lines of a service's log; empty when there is none. */
export function logTail(home: string, service: string, lines: number): string {
  const file = homeFolder.log(home, service);
  if (!fs.existsSync(file)) return '';
  return readEnd(file).trimEnd().split('\n').slice(-lines).join('\n');
}

function rotate(file: string): void {
  fs.rmSync(`${file}.${KEPT}`, { force: true });
  for (let age = KEPT - 1; age >= 1; age -= 1) {
    if (fs.existsSync(`${file}.${age}`)) fs.renameSync(`${file}.${age}`, `${file}.${age + 1}`);
  }
  fs.renameSync(file, `${file}.1`);
}

function readEnd(file: string): string {
  const { size } = fs.statSync(file);
  const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const handle = fs.openSync(file, 'r');
  try {
    fs.readSync(handle, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    fs.closeSync(handle);
  }
  return bytes.toString('utf8');
}
