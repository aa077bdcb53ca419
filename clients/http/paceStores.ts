import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive, processRecord } from '../../stack/processes';
import { PaceLock } from './paceLock';
import { newPaceState, type PaceOwner, type PaceState, type PaceStore } from './paceState';
import { PaceFileError } from './errors';
import { Turnstile } from './turnstile';

let owner: PaceOwner | undefined;

/** This process, as other processes know it. */
export function thisProcess(): PaceOwner {
  owner ??= { ...processRecord(process.pid)!, host: os.hostname() };
  return owner;
}

/** Keeps the state in memory: nothing is shared. */
export class PaceMemory implements PaceStore {
  readonly owner = thisProcess();
  private readonly state = newPaceState();

  change<T>(_now_ms: number, work: (state: PaceState) => T): Promise<T> {
    return Promise.resolve().then(() => work(this.state));
  }

  isAlive(): boolean {
    return true;
  }
}

/**
 * Keeps the state in a small file that all processes of one home share. It is replaced in one step, so a
 * process killed at any moment leaves a whole one. Times are those of the machine's monotonic clock: a file
 * from before a reboot, or from another machine, says nothing.
 */
export class PaceFile implements PaceStore {
  readonly owner = thisProcess();
  private readonly lock: PaceLock;
  private readonly turns = new Turnstile();
  private readonly file: string;

  constructor(folder: string, host: string) {
    this.file = path.join(folder, `${encodeURIComponent(host)}.json`);
    this.lock = new PaceLock(`${this.file}.lock`, this.owner);
  }

  change<T>(now_ms: number, work: (state: PaceState) => T): Promise<T> {
    return this.turns.pass(() => this.lock.during(() => this.changeLocked(now_ms, work)));
  }

  /** Whether a process of another container or machine lives is unknown: its places end by their time. */
  isAlive(other: PaceOwner): boolean {
    return other.host !== this.owner.host || isAlive(other);
  }

  private changeLocked<T>(now_ms: number, work: (state: PaceState) => T): T {
    const before = this.read(now_ms);
    const state = before ?? newPaceState();
    const text = JSON.stringify(before);
    const result = work(state);
    if (JSON.stringify(state) !== text) this.write({ ...state, changed_ms: now_ms });
    return result;
  }

  /** Null for no file, for one that a crash of the machine left incomplete, and for one of another boot. */
  private read(now_ms: number): PaceState | null {
    try {
      const state = JSON.parse(fs.readFileSync(this.file, 'utf8')) as PaceState;
      return state.changed_ms <= now_ms + CLOCK_READS_APART_MS ? state : null;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new PaceFileError(this.file, error);
    }
  }

  private write(state: PaceState): void {
    const draft = `${this.file}.new`;
    try {
      fs.writeFileSync(draft, JSON.stringify(state));
      fs.renameSync(draft, this.file);
    } catch (error) {
      throw new PaceFileError(this.file, error);
    }
  }
}

/** The caller reads the clock before it waits for the lock; a later writer may be this much ahead. */
const CLOCK_READS_APART_MS = 60_000;
