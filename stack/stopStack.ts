import type { Config } from '../settings/config';
import { orderStop } from './control';
import { endGroup, isAlive, isGroupAlive, type ProcessRecord } from './processes';
import { isSupervised, readState, removeState, type StackState } from './stateFile';

/** Longer than the longest grace of a service and its dependents together. */
const SUPERVISOR_ENDS_WITHIN_MS = 60_000;
const ORPHAN_GRACE_MS = 5_000;

/**
 * Stops every process of the stack in `config.home` and resolves with their number when none is left,
 * whether or not its supervisor still lives. Safe to repeat: 0 when there is nothing to stop.
 */
export async function stopStack(config: Config): Promise<number> {
  const state = readState(config.home);
  if (state === undefined) return 0;
  const living = [state.supervisor, ...Object.values(state.services)].filter(
    (record) => isAlive(record) || isGroupAlive(record),
  );
  if (isSupervised(state)) await stopSupervisor(config, state);
  await endOrphans(config);
  return living.length;
}

/** Ends the recorded services of a dead supervisor; spares other processes with a reused process id. */
export async function endOrphans(config: Config): Promise<void> {
  const state = readState(config.home);
  if (state === undefined || isSupervised(state)) return;
  await Promise.all(Object.values(state.services).map((record) => endGroup(record, ORPHAN_GRACE_MS)));
  removeState(config.home);
}

async function stopSupervisor(config: Config, state: StackState): Promise<void> {
  await orderStop(config).catch(() => process.kill(state.supervisor.pid, 'SIGTERM'));
  if (await endsWithin(state.supervisor, SUPERVISOR_ENDS_WITHIN_MS)) return;
  process.kill(state.supervisor.pid, 'SIGKILL');
  await endsWithin(state.supervisor, ORPHAN_GRACE_MS);
}

async function endsWithin(record: ProcessRecord, limit_ms: number): Promise<boolean> {
  const deadline_ms = performance.now() + limit_ms;
  while (isAlive(record)) {
    if (performance.now() > deadline_ms) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
