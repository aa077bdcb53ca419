import type { Watched } from './points';
import type { Session } from './session';
import type { Trial } from './trials';

export interface Injection {
  session: Session;
  trial: Trial;
  watched: Watched;
  range: { from: string; to: string; starts: string[] };
  /** What was done, in order, for the results. */
  done: string[];
  /** Of that, what did not happen or came too late: the trial shows nothing then. */
  missed: string[];
}

/** Tells what was done, or that it could not be. */
export function note({ done, missed }: Injection, line: string, hasHappened: boolean): void {
  done.push(line);
  if (!hasHappened) missed.push(line);
}

export function noteKill(injection: Injection, who: string, isKilled: boolean): void {
  note(injection, `${who} ${isKilled ? 'killed' : 'was not running'}`, isKilled);
}

export async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20);
}

export function pause(wait_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait_ms));
}
