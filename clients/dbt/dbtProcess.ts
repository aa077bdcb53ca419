import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { installation } from '../../stack/layout';
import { endGroup, isAlive, isGroupAlive, processRecord, type ProcessRecord } from '../../stack/processes';
import { dbtBaseEnvironment } from './dbtCommand';

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
 *
 * @returns whether there was one
 */
export async function endLeftDbt(cacheDir: string, catalog: string): Promise<boolean> {
  const record = readNote(noteFile(cacheDir, catalog));
  if (record === undefined) return false;
  const isLeft = isGroupAlive(record);
  await endGroup(record, 0);
  return isLeft;
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

/**
 * The gates on gold and the merge come right after a build: the next spare must not take their processor
 * time.
 */
const PREPARE_AFTER_MS = 10_000;

/** Orders to a spare dbt when its work begins. */
export interface DbtOrders {
  args: string[];
  /** Its whole environment from then on. */
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Of the project as it is read: what a rehearsal has parsed serves orders of the same stamp only. */
  stamp: string;
}

/** What a spare carries out before its orders: it parses the project, and selects as the orders will. */
export interface DbtRehearsal extends DbtOrders {
  parse: string[];
}

/**
 * One dbt that has loaded its library and waits for orders on stdin (`dbt/spare_dbt.py`). Loading takes 2 to
 * 3 s of processor time, and what dbt prepares in its first command 0.9 s (measured: 1.0 s for a first
 * parse, 0.1 s for the next), which a spare spends before a build is wanted. It keeps the project that it
 * has parsed. Each builds once, like any dbt, and ends when this process does. A spare that cannot start or
 * has died is not an error: the build then starts a dbt itself.
 */
export class SpareDbt {
  private child: ChildProcess | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly python = installation().python) {}

  /**
   * Starts a spare if none is running; it first carries out `rehearsal`, whose outcome nothing depends on.
   */
  prepare(rehearsal?: DbtRehearsal): void {
    if (this.child || this.isClosed) return;
    const child = spawn(this.python, [path.join(repositoryRoot(), 'dbt', 'spare_dbt.py')], {
      env: dbtBaseEnvironment(),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const forget = (): void => {
      if (this.child === child) this.child = undefined;
    };
    child.once('error', forget).once('exit', forget);
    child.stdin.on('error', forget);
    if (rehearsal) child.stdin.write(`${JSON.stringify({ ...rehearsal, isRehearsal: true })}\n`);
    this.child = child;
  }

  /** Prepares a spare some seconds from now, unless a build begins before that. */
  prepareLater(rehearsal?: DbtRehearsal): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.prepare(rehearsal), PREPARE_AFTER_MS).unref();
  }

  /** Starts the spare's work and hands it out: it belongs to the caller from then on. */
  begin(orders: DbtOrders): ChildProcess | undefined {
    const child = this.handOut();
    child?.stdin?.end(`${JSON.stringify(orders)}\n`);
    return child;
  }

  /**
   * Kills the spare at once: it has begun nothing, and a loading one would notice the end of stdin only after
   * seconds.
   */
  close(): void {
    this.isClosed = true;
    this.handOut()?.kill('SIGKILL');
  }

  private handOut(): ChildProcess | undefined {
    clearTimeout(this.timer);
    const { child } = this;
    this.child = undefined;
    return child?.pid === undefined ? undefined : child;
  }
}
