import fs from 'node:fs';
import path from 'node:path';
import { parentOf, processesOf, sessionOf } from '../ownProcesses';

/** A Spark process that a worker has started for large jobs. */
export interface BulkSpark {
  driver: number;
  jvm: number | undefined;
}

/** The process that works on a large job at the moment; undefined while none does. */
export function busyBulkSpark(home: string, worker: number | undefined): BulkSpark | undefined {
  if (worker === undefined || !hasOpenJob(home)) return undefined;
  const own = processesOf(home);
  const driver = own.find(({ pid, command }) => command.includes('submit.py') && parentOf(pid) === worker);
  if (!driver) return undefined;
  const jvm = own.find(
    ({ pid, command }) =>
      pid !== driver.pid && sessionOf(pid) === driver.pid && /java/.test(command.split(' ')[0]!),
  );
  return { driver: driver.pid, jvm: jvm?.pid };
}

/** Whether the newest job has no result yet; those killed before never get one. */
function hasOpenJob(home: string): boolean {
  const folder = path.join(home, 'spark', 'submit');
  if (!fs.existsSync(folder)) return false;
  const newest = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.spec.json'))
    .map((name) => ({ name, at_ms: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at_ms - a.at_ms)[0];
  return newest !== undefined && !fs.existsSync(path.join(folder, newest.name.replace('.spec.', '.result.')));
}
