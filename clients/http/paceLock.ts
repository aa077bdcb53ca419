import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../stack/processes';
import type { PaceOwner } from './paceState';
import { PaceFileError } from './errors';

/** A lock is held for less than a millisecond, so it is asked for often. */
const POLL_MS = 2;
/** An older lock is left over, even if its owner can't be judged. */
const STALE_MS = 5_000;

/**
 * A lock file for work of a few file operations. A lock that a killed process left is removed: at once when
 * its owner is known to be gone, else after 5 s.
 */
export class PaceLock {
  constructor(
    private readonly file: string,
    private readonly owner: PaceOwner,
  ) {}

  async during<T>(work: () => T): Promise<T> {
    while (!this.take()) {
      if (isLeft(this.file, this.owner)) this.removeLeft();
      else await delay(POLL_MS);
    }
    try {
      return work();
    } finally {
      fs.rmSync(this.file, { force: true });
    }
  }

  private take(): boolean {
    return create(this.file, this.owner);
  }

  /**
   * One process at a time removes a left lock, and judges it again before. Otherwise a second one could
   * remove the lock that a third process took after the first removal.
   */
  private removeLeft(): void {
    const claim = `${this.file}.claim`;
    if (!create(claim, this.owner)) {
      if (isLeft(claim, this.owner)) fs.rmSync(claim, { force: true });
      return;
    }
    if (isLeft(this.file, this.owner)) fs.rmSync(this.file, { force: true });
    fs.rmSync(claim, { force: true });
  }
}

/** False when the file exists. */
function create(file: string, owner: PaceOwner): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(owner), { flag: 'wx' });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'ENOENT') throw new PaceFileError(file, error);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    return false;
  }
}

/** True when the owner is gone, or when the lock is too old to be in use. */
function isLeft(file: string, own: PaceOwner): boolean {
  try {
    // Also of a lock from the future: the clock was set back.
    if (Math.abs(Date.now() - fs.statSync(file).mtimeMs) > STALE_MS) return true;
    const owner = JSON.parse(fs.readFileSync(file, 'utf8')) as PaceOwner;
    return owner.host === own.host && !isAlive(owner);
  } catch (error) {
    // Released meanwhile, or taken but not signed yet.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new PaceFileError(file, error);
  }
}
