import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';

/** A wall clock that can be stepped while programs run, for those started with its environment. */
export interface SteppableClock {
  environment: Record<string, string>;
  step(seconds: number): void;
}

/**
 * Builds the small library that shifts CLOCK_REALTIME by the number in a file. Undefined where there is no C
 * compiler: then the trials that need it are left out, and say so.
 */
export function makeClock(folder: string): SteppableClock | undefined {
  const library = path.join(folder, 'steppable-clock.so');
  const file = path.join(folder, 'clock-offset');
  try {
    execFileSync(
      'cc',
      [
        '-shared',
        '-fPIC',
        '-O2',
        '-o',
        library,
        path.join(repositoryRoot(), 'test', 'chaos', 'steppableClock.c'),
        '-ldl',
      ],
      { stdio: 'ignore' },
    );
  } catch {
    return undefined;
  }
  const step = (seconds: number): void => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(seconds));
    fs.writeFileSync(file, bytes, { flag: fs.existsSync(file) ? 'r+' : 'w' });
  };
  step(0);
  return { environment: { LD_PRELOAD: library, CHAOS_CLOCK_FILE: file }, step };
}
