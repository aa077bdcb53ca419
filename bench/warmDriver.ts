import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../settings/config';

const WARM_WITHIN_MS = 300_000;
const LOOK_EVERY_MS = 250;

interface Health {
  ready: boolean;
  warm: boolean;
  busy: boolean;
}

/**
 * Waits until the Spark driver is warm and idle: it starts itself afresh when it has grown, as it does
 * between intervals.
 */
export async function driverAtRest(config: Config): Promise<void> {
  const deadline_ms = Date.now() + WARM_WITHIN_MS;
  for (
    let health = await healthOf(config);
    !health || !health.ready || !health.warm || health.busy;
    health = await healthOf(config)
  ) {
    if (Date.now() > deadline_ms)
      throw new Error(
        `Spark driver: expected it warm and idle within ${WARM_WITHIN_MS / 1000} s, found ` +
          `${JSON.stringify(health)}`,
      );
    await sleep(LOOK_EVERY_MS);
  }
}

/** Null while nothing answers, as between two drivers. */
async function healthOf({ sparkDriverUrl }: Config): Promise<Health | null> {
  try {
    const answer = await fetch(`${sparkDriverUrl}/health`, { signal: AbortSignal.timeout(5_000) });
    return (await answer.json()) as Health;
  } catch {
    return null;
  }
}
