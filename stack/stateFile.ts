import fs from 'node:fs';
import path from 'node:path';
import { homeFolder } from '../settings/homeFolder';
import { isAlive, type ProcessRecord } from './processes';

/**
 * Which processes a stack consists of, so that another process can find them when the supervisor can no
 * longer be asked. Written at every change, before anything else is notified.
 */
export interface StackState {
  portBase: number;
  supervisor: ProcessRecord;
  services: Record<string, ProcessRecord>;
}

/** The recorded state, or undefined when no stack was started from this home. */
export function readState(home: string): StackState | undefined {
  const file = homeFolder.state(home);
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as StackState) : undefined;
}

/** Replaces the file in one step: a reader sees the old state or the new one, never half of it. */
export function writeState(home: string, state: StackState): void {
  const file = homeFolder.state(home);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  fs.renameSync(`${file}.new`, file);
}

export function removeState(home: string): void {
  fs.rmSync(homeFolder.state(home), { force: true });
}

/** true while the recorded supervisor itself lives. */
export function isSupervised(state: StackState | undefined): boolean {
  return state !== undefined && isAlive(state.supervisor);
}
