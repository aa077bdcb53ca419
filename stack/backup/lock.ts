import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import { z } from 'zod';
import { isAlive, processRecord } from '../processes';

/** `id` distinguishes a process's locks; `startedAt` distinguishes its id from a reused one. */
const holderSchema = z.object({
  id: z.uuid(),
  pid: z.number(),
  startedAt: z.string(),
  host: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

export interface Lock {
  /** true when the last holder ended without releasing it: its remains exist. */
  tookOver: boolean;
  release(): void;
}

/**
 * Takes a lock file, also from a holder that is gone. Whether a process of another machine lives is unknown,
 * so its lock stays.
 *
 * @throws what `held` makes of the holder's description, when another process has it
 */
export function takeLock(file: string, held: (holder: string) => Error): Lock {
  const own: Holder = {
    id: randomUUID(),
    ...processRecord(process.pid)!,
    host: os.hostname(),
    since: new Date().toISOString(),
  };
  const tookOver = !create(file, own);
  if (tookOver && !takeOver(file, own)) throw held(describe(readHolder(file)));
  return {
    tookOver,
    release: () => {
      if (readHolder(file)?.id === own.id) fs.rmSync(file);
    },
  };
}

/** Only one process at a time can claim an abandoned lock, and it checks again once it has the claim. */
function takeOver(file: string, own: Holder): boolean {
  const left = readHolder(file);
  if (left === undefined || left.host !== own.host || isAlive(left)) return false;
  const claim = `${file}.${left.id}`;
  if (!create(claim, own)) return false;
  if (readHolder(file)?.id === left.id) fs.renameSync(claim, file);
  else fs.rmSync(claim);
  return readHolder(file)?.id === own.id;
}

/** false when the file already exists. */
function create(file: string, holder: Holder): boolean {
  try {
    fs.writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** undefined when there is no lock, or one that is just being written. */
function readHolder(file: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

function describe(holder: Holder | undefined): string {
  return holder === undefined
    ? 'an unknown process'
    : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
}
