import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { isGroupAlive, type ProcessRecord } from '../processes';

const STOPS_WITHIN_MS = 2_000;
const LOOK_AGAIN_MS = 5;
/** Stops the groups, says so, and lets them go on when its input ends: at the end of the work, or at our death. */
const FREEZER = 'for group; do kill -s STOP -- "-$group"; done; echo frozen; cat > /dev/null; for group; do kill -s CONT -- "-$group"; done';

/**
 * Stops the processes of these groups for as long as `act` takes, so that what they keep on disk is one moment's. Files
 * copied then are what a kill -9 would leave, which each store recovers from at its start. They go on even when this
 * process is killed meanwhile: a child holds them, and lets go when its input closes.
 */
export async function whileFrozen<T>(groups: ProcessRecord[], act: () => Promise<T>): Promise<{ result: T; frozen_ms: number }> {
  const ids = groups.filter(isGroupAlive).map(({ pid }) => pid);
  if (ids.length === 0) return { result: await act(), frozen_ms: 0 };
  const started_ms = Date.now();
  const freezer = spawn('sh', ['-c', FREEZER, 'freezer', ...ids.map(String)], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const ended = new Promise<void>((resolve, reject) => { freezer.once('close', () => resolve()); freezer.once('error', reject); });
  try {
    await Promise.race([new Promise((resolve) => { freezer.stdout.once('data', resolve); }), ended]);
    await untilStopped(ids);
    return { result: await act(), frozen_ms: Date.now() - started_ms };
  } finally {
    freezer.stdin.end();
    await ended;
  }
}

/** A signal reaches each thread when it leaves the kernel; a write under way ends first. */
async function untilStopped(ids: number[]): Promise<void> {
  const deadline_ms = Date.now() + STOPS_WITHIN_MS;
  while (!ids.every(isStopped) && Date.now() < deadline_ms) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}

/** Where there is no /proc, the signal itself has to do. */
function isStopped(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return fs.readdirSync(`/proc/${pid}/task`).every((task) => {
      const stat = fs.readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      return 'TtZX'.includes(stat[stat.lastIndexOf(')') + 2]!);
    });
  } catch {
    return false;
  }
}
