import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { groupMembers, isGroupAlive, type ProcessRecord } from '../processes';
import { BackupNotFrozenError, BackupTooSlowError } from './errors';

/**
 * Timers and heartbeats stop with everything else, but their clock does not: well below the shortest of them
 * (30 s).
 */
export const FREEZE_LIMIT_MS = 15_000;
/** A write to a slow disk may take seconds. */
const STOPS_WITHIN_MS = 5_000;
const LOOK_AGAIN_MS = 5;
/**
 * Stops the groups, reports it, and continues them when its input closes: at the end of the work, or at our
 * death. At the limit it does so by itself, if we are stopped too (Ctrl-Z) or hang. Its timer must not
 * outlive it, or it would continue the groups of the next freeze: at the end it ends its own group, which it
 * has from `detached`.
 */
const FREEZER = [
  'limit_s=$1; shift',
  'thaw() { for group; do kill -s CONT -- "-$group"; done; }',
  'for group; do kill -s STOP -- "-$group"; done',
  '(sleep "$limit_s"; thaw "$@") < /dev/null > /dev/null 2>&1 &',
  'echo frozen; cat > /dev/null; thaw "$@"',
  'trap "" TERM; kill -s TERM 0',
].join('\n');

/** The work's view of the freeze. */
export interface FrozenMoment {
  /** Aborted at the limit; never when no process is stopped. */
  signal: AbortSignal;
  /** Names what is done next, for the error at the limit. @throws BackupTooSlowError past it */
  enter(step: string): void;
}

/**
 * Stops the processes of these groups for as long as `act` takes, so that what they keep on disk is one
 * moment's. Files copied then are what a kill -9 would leave, which each store recovers from at its start.
 * They continue even when this process is killed meanwhile: a child holds them, and releases them when its
 * input closes.
 *
 * @throws BackupNotFrozenError before `act` when one of them does not stop
 * @throws BackupTooSlowError at the limit; work of `act` that ignores the signal is no longer awaited
 */
export async function whileFrozen<T>(
  groups: ProcessRecord[],
  act: (moment: FrozenMoment) => Promise<T>,
  limit_ms = FREEZE_LIMIT_MS,
): Promise<{ result: T; frozen_ms: number }> {
  const ids = groups.filter(isGroupAlive).map(({ pid }) => pid);
  if (ids.length === 0) return { result: await act(unlimited()), frozen_ms: 0 };
  const started_ms = performance.now();
  const freezer = freeze(ids, limit_ms);
  try {
    const result = await within(limit_ms, async (moment) => {
      await freezer.holds;
      await untilStopped(ids);
      moment.enter('the first file');
      return act(moment);
    });
    return { result, frozen_ms: Math.round(performance.now() - started_ms) };
  } finally {
    await freezer.letGo();
  }
}

/** For work during which no process is stopped. */
export function unlimited(): FrozenMoment {
  return { signal: new AbortController().signal, enter: () => undefined };
}

function freeze(ids: number[], limit_ms: number): { holds: Promise<void>; letGo(): Promise<void> } {
  const freezer = spawn('sh', ['-c', FREEZER, 'freezer', String(limit_ms / 1_000), ...ids.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<void>((resolve, reject) => {
    freezer.once('close', () => resolve());
    freezer.once('error', reject);
  });
  const said = new Promise<void>((resolve) => {
    freezer.stdout.once('data', () => resolve());
  });
  return {
    holds: Promise.race([said, ended]),
    letGo: () => {
      freezer.stdin.end();
      return ended;
    },
  };
}

/**
 * Checks the clock once more at the end: after a stop of ours, the work's last answer may arrive before the
 * timer's.
 */
async function within<T>(limit_ms: number, act: (moment: FrozenMoment) => Promise<T>): Promise<T> {
  const until_ms = performance.now() + limit_ms;
  const limit = new AbortController();
  let reached = 'the stop of the writers';
  const requireTime = (): void => {
    if (performance.now() >= until_ms) throw new BackupTooSlowError(reached, limit_ms);
  };
  const over = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason as Error));
  });
  const timer = setTimeout(() => limit.abort(new BackupTooSlowError(reached, limit_ms)), limit_ms);
  try {
    const result = await Promise.race([
      act({
        signal: limit.signal,
        enter: (step) => {
          requireTime();
          reached = step;
        },
      }),
      over,
    ]);
    requireTime();
    return result;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A signal reaches each thread when it leaves the kernel; a write under way ends first. Where there is no
 * /proc, the signal itself has to do.
 */
async function untilStopped(ids: number[]): Promise<void> {
  if (process.platform !== 'linux') return;
  const deadline_ms = performance.now() + STOPS_WITHIN_MS;
  let running = ids.flatMap(groupMembers);
  for (;;) {
    running = running.filter((pid) => !isStopped(pid));
    if (running.length === 0) return;
    if (performance.now() >= deadline_ms) throw new BackupNotFrozenError(running, STOPS_WITHIN_MS);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** A process that has ended meanwhile does not write either. */
function isStopped(pid: number): boolean {
  try {
    return fs.readdirSync(`/proc/${pid}/task`).every((task) => isThreadStopped(`/proc/${pid}/task/${task}`));
  } catch {
    return !fs.existsSync(`/proc/${pid}`);
  }
}

/**
 * One that starts a program by vfork stays in the kernel until its child, stopped already, becomes that
 * program: it does nothing.
 */
function isThreadStopped(task: string): boolean {
  const stat = fs.readFileSync(`${task}/stat`, 'utf8');
  const state = stat[stat.lastIndexOf(')') + 2]!;
  return (
    'TtZX'.includes(state) || (state === 'D' && /clone|fork/.test(fs.readFileSync(`${task}/wchan`, 'utf8')))
  );
}
