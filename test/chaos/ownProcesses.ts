import fs from 'node:fs';
import { readState } from '../../stack/stateFile';

interface Process {
  pid: number;
  command: string;
}

/**
 * Processes of this home outside the supervisor's services: they would never be ended. A worker's Spark
 * process for large jobs has a session of its own. It waits two minutes for the next job, and ends with the
 * worker.
 */
export function strayProcesses(home: string): string[] {
  const state = readState(home);
  const kept = new Set(
    [state?.supervisor, ...Object.values(state?.services ?? {})].flatMap((record) =>
      record ? [record.pid] : [],
    ),
  );
  return processesOf(home)
    .filter(
      ({ pid }) =>
        !kept.has(sessionOf(pid)) &&
        ![...kept].some((service) => isDescendant(pid, service)) &&
        !isDescendant(process.pid, pid) &&
        !isDescendant(pid, process.pid),
    )
    .map(({ pid, command }) => `${pid} ${command.slice(0, 160)}`);
}

/** Living processes whose command line or environment names the home. */
export function processesOf(home: string): Process[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      const command = readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
      const isOurs =
        command.includes(`${home}/`) ||
        readQuietly(`/proc/${pid}/environ`).split('\0').includes(`CURRENTS_HOME=${home}`);
      return command !== '' && isOurs ? [{ pid, command }] : [];
    });
}

function isDescendant(pid: number, ancestor: number): boolean {
  for (let current = pid; current > 1; current = parentOf(current)) if (current === ancestor) return true;
  return false;
}

export function parentOf(pid: number): number {
  return statField(pid, 1);
}

/** Every service leads a session of its own; PySpark's daemon has a group of its own inside the driver's. */
export function sessionOf(pid: number): number {
  return statField(pid, 3);
}

/** A field after the name in parentheses, which itself may hold spaces. Source: proc(5), /proc/pid/stat. */
function statField(pid: number, field: number): number {
  const stat = readQuietly(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[field] ?? 0);
}

function readQuietly(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
