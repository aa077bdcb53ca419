import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/**
 * A process as recorded: its id, and when it started. The system reuses ids, so an id alone may name another
 * process; both together never do.
 */
export interface ProcessRecord {
  pid: number;
  startedAt: string;
}

/** Position of `starttime` among the fields after the command's name. Source: proc(5), /proc/pid/stat. */
const STAT_START_TIME = 19;
const STAT_STATE = 0;
const STAT_GROUP = 2;
const STAT_THREADS = 17;

/** The record of a living process, or undefined when there is none of this id. */
export function processRecord(pid: number): ProcessRecord | undefined {
  const startedAt = startTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** true while the very process that was recorded lives. */
export function isAlive(record: ProcessRecord): boolean {
  return startTime(record.pid) === record.startedAt;
}

/** Sends a signal to the recorded process's whole group; does nothing when it has ended. */
export function signalGroup(record: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    process.kill(-record.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** true while any process of the group lives, the leader or a child it left behind. */
export function isGroupAlive(leader: ProcessRecord): boolean {
  if (process.platform !== 'linux') return isAlive(leader);
  return groupMembers(leader.pid).length > 0;
}

/** Ids of the living processes of a group. */
export function groupMembers(group: number): number[] {
  if (process.platform !== 'linux') return startTime(group) === undefined ? [] : [group];
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statFields(pid)?.[STAT_GROUP]) === group);
}

/**
 * Ends a recorded process and its group: SIGTERM, then SIGKILL after the grace. Does nothing to a
 * process that is not the recorded one, so it may be called again.
 */
export async function endGroup(record: ProcessRecord, grace_ms: number): Promise<void> {
  if (!isAlive(record) && !ledBy(record)) return;
  signalGroup(record, 'SIGTERM');
  if (await gone(record, grace_ms)) return;
  signalGroup(record, 'SIGKILL');
  await gone(record, 5_000);
}

/**
 * The leader is dead but its group lives on. Linux gives an id that is still a group's to no new
 * process, so the members are ours.
 */
function ledBy(record: ProcessRecord): boolean {
  return startTime(record.pid) === undefined && isGroupAlive(record);
}

async function gone(record: ProcessRecord, within_ms: number): Promise<boolean> {
  const deadline_ms = performance.now() + within_ms;
  while (isGroupAlive(record)) {
    if (performance.now() >= deadline_ms) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

function startTime(pid: number): string | undefined {
  if (process.platform !== 'linux') return startTimeFromPs(pid);
  const sinceBoot = statFields(pid)?.[STAT_START_TIME];
  return sinceBoot === undefined ? undefined : `${bootId()} ${sinceBoot}`;
}

/**
 * Linux counts start times from the boot, after which ids and times come round again in much the same order.
 */
function bootId(): string {
  return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/**
 * Fields after the name in parentheses, which itself may hold spaces. A zombie counts as gone, but only
 * once its last thread is: a killed server's other threads hold its ports a little longer.
 */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isDead = ['Z', 'X'].includes(fields[STAT_STATE]!) && Number(fields[STAT_THREADS]) <= 1;
    return isDead ? undefined : fields;
  } catch {
    return undefined;
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
