import fs from 'node:fs';
import path from 'node:path';
import { endGroup, isAlive, processRecord, type ProcessRecord } from '../../stack/processes';

const NOTE = /^running-.+\.json$/;

/** Notes which dbt works in a catalog, so that another worker process can find it when this one is gone. */
export function noteDbt(cacheDir: string, catalog: string, pid: number): void {
  const record = processRecord(pid);
  if (record === undefined) return;
  fs.mkdirSync(cacheDir, { recursive: true });
  fs.writeFileSync(noteFile(cacheDir, catalog), JSON.stringify(record));
}

/**
 * Ends the dbt that a dead worker left in a catalog. It leads its own session, so it outlives the worker and
 * continues to write the slot beside the next attempt's dbt. SIGKILL at once: dbt ignores SIGTERM.
 */
export async function endLeftDbt(cacheDir: string, catalog: string): Promise<void> {
  const record = readNote(noteFile(cacheDir, catalog));
  if (record !== undefined) await endGroup(record, 0);
}

/** Process ids of every noted dbt that still runs. */
export function runningDbt(cacheDir: string): number[] {
  if (!fs.existsSync(cacheDir)) return [];
  const notes = fs
    .readdirSync(cacheDir)
    .filter((name) => NOTE.test(name))
    .map((name) => readNote(path.join(cacheDir, name)));
  return notes.flatMap((record) => (record && isAlive(record) ? [record.pid] : []));
}

/** A note truncated by the death of its writer names no process. */
function readNote(file: string): ProcessRecord | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    return undefined;
  }
}

function noteFile(cacheDir: string, catalog: string): string {
  return path.join(cacheDir, `running-${catalog}.json`);
}
