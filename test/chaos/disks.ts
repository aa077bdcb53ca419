import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** Never allocated until used: tmpfs takes memory for what is in it. */
const ROOMY = '24g';
/** Room left when a disk is made full: no write of a file or a segment fits. */
const LEFT_BYTES = 64 * 1024;

/** A small file system of its own under one folder of a stack, so that its disk can be made full for real. */
export class Disk {
  private isMounted = false;

  constructor(readonly folder: string) {}

  /** false where mounting is not allowed: then the trials that need it are skipped with a message. */
  mount(): boolean {
    fs.mkdirSync(this.folder, { recursive: true });
    this.isMounted = run('mount', ['-t', 'tmpfs', '-o', `size=${ROOMY}`, 'currents-chaos', this.folder]);
    return this.isMounted;
  }

  fill(): void {
    const { blocks, bfree, bsize } = fs.statfsSync(this.folder);
    const size = Math.ceil(((blocks - bfree) * bsize + LEFT_BYTES) / 4096) * 4096;
    if (!this.resize(String(size)))
      throw new Error(`expected ${this.folder} to shrink to ${size} bytes, mount refused`);
  }

  empty(): void {
    this.resize(ROOMY);
  }

  unmount(): void {
    if (this.isMounted) run('umount', ['-l', this.folder]);
    this.isMounted = false;
  }

  private resize(size: string): boolean {
    return run('mount', ['-o', `remount,size=${size}`, this.folder]);
  }
}

function run(program: string, args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
