import fs from 'node:fs';

/**
 * Signals the processes that descend from one detached child. Such a child leads a session of its own. Its
 * descendants stay in that session even when they open process groups of their own, as PySpark's daemon
 * does. Where there is no /proc (macOS), only the child's own group is seen.
 */
export function signalSession(leader: number, signal: NodeJS.Signals): void {
  sendQuietly(-leader, signal);
  for (const member of membersOutsideGroup(leader)) sendQuietly(member, signal);
}

/** Whether a process of the session still runs. An unreaped zombie does not count: it is dead. */
export function sessionIsAlive(leader: number): boolean {
  const members = sessionMembers(leader);
  return members === undefined ? groupAnswers(leader) : members.length > 0;
}

interface SessionMember {
  pid: number;
  group: number;
}

function membersOutsideGroup(leader: number): number[] {
  return (sessionMembers(leader) ?? [])
    .filter((member) => member.group !== leader)
    .map((member) => member.pid);
}

function sessionMembers(leader: number): SessionMember[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readMember(Number(name), leader));
}

/**
 * `/proc/<pid>/stat` is `pid (name) state ppid group session ...`; the name may hold spaces and parentheses.
 */
function readMember(pid: number, leader: number): SessionMember[] {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isDead = state === 'Z' || state === 'X';
    return Number(session) === leader && !isDead ? [{ pid, group: Number(group) }] : [];
  } catch {
    return []; // ended between the listing and the read
  }
}

function groupAnswers(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function sendQuietly(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
