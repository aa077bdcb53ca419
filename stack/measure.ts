import fs from 'node:fs';
import type { Config } from '../core/config';
import { readStackStatus } from './control';
import { groupMembers } from './processes';
import { readState } from './stateFile';

export interface ServiceMeasure {
  name: string;
  /** Resident memory of the service's process and all its children, in bytes. */
  resident_bytes: number;
  /** From start to ready in milliseconds, of the last start; null for the supervisor. */
  ready_ms: number | null;
}

/** Memory and start-up time of each running service; empty when the stack is down. Reads /proc, so Linux only. */
export async function measureStack(config: Config): Promise<ServiceMeasure[]> {
  const { services } = await readStackStatus(config);
  const supervisor = readState(config.home)?.supervisor;
  const measured = services.filter(({ pid }) => pid !== null)
    .map(({ name, pid, ready_ms }) => ({ name, resident_bytes: residentOfGroup_bytes(pid!), ready_ms }));
  const own = supervisor === undefined ? [] : [{ name: 'supervisor', resident_bytes: resident_bytes(supervisor.pid), ready_ms: null }];
  return measured.length === 0 ? [] : [...measured, ...own];
}

function residentOfGroup_bytes(leader: number): number {
  return groupMembers(leader).reduce((sum, pid) => sum + resident_bytes(pid), 0);
}

/** VmRSS of /proc/pid/status, which is in kibibytes. Source: proc(5). */
function resident_bytes(pid: number): number {
  try {
    return Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+)/m)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
