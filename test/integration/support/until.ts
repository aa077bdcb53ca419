import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;

/** Waits for a condition, so that a slow machine is no failure; the limit only ends what hangs. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  limit_ms = 90_000,
): Promise<void> {
  const deadline_ms = Date.now() + limit_ms;
  while (!(await holds())) {
    if (Date.now() > deadline_ms) throw new Error(`waited ${limit_ms / 1_000} s for: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
