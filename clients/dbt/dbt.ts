import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { installation } from '../../stack/layout';
import { runChildProcess, type ChildProcessResult } from '../processes/childProcess';
import {
  dbtArguments,
  dbtEnvironment,
  parseArguments,
  projectOf,
  rehearsalArguments,
  type DbtBuildRequest,
} from './dbtCommand';
import { DbtCrashedError, DbtModelsFailedError, DbtTestsFailedError } from './errors';
import { DbtLog, type DbtProgress } from './dbtLog';
import { noteDbt, type DbtOrders, type SpareDbt } from './dbtProcess';
import { readDbtResults, type DbtResults } from './dbtResults';
import { projectStamp } from './projectStamp';

const PARSED = 'partial_parse.msgpack';

export interface DbtBuildOptions {
  onProgress?: (progress: DbtProgress) => void;
  signal?: AbortSignal;
  /** From SIGINT to SIGKILL on cancellation (default 5000). */
  grace_ms?: number;
  /** The spare dbt, already loaded; the next one is started when this build is over. */
  spare?: SpareDbt;
}

export interface DbtBuildResult extends DbtResults {
  wall_ms: number;
}

/**
 * Runs `dbt build` in one child process and reads its verdict from run_results.json. Running it again
 * with the same ranges leaves the same rows. When `signal` is aborted, dbt gets SIGINT (it ignores
 * SIGTERM), then SIGKILL, and the call rejects with the signal's reason once no process is left;
 * statements that Trino still runs are the caller's to kill, see `queriesOfRunSql`.
 *
 * @throws DbtTestsFailedError, DbtModelsFailedError, DbtCrashedError, ChildProcessStartError
 */
export async function runDbtBuild(
  request: DbtBuildRequest,
  options: DbtBuildOptions = {},
): Promise<DbtBuildResult> {
  const log = new DbtLog(options.onProgress);
  await takeParsedProject(request.cacheDir, request.catalog, request.targetDir);
  // An earlier attempt's verdict is not this one's.
  await fs.rm(path.join(request.targetDir, 'run_results.json'), { force: true });
  const orders = ordersOf(request, dbtArguments(request));
  const child = await runChildProcess({
    ...orders,
    command: request.dbtCommand ?? path.join(installation().venv, 'bin', 'dbt'),
    begun: options.signal?.aborted ? undefined : options.spare?.begin(orders),
    onLine: (line) => log.read(line),
    onStart: (pid) => noteDbt(request.cacheDir, request.catalog, pid),
    signal: options.signal,
    interruptSignal: 'SIGINT',
    grace_ms: options.grace_ms,
  }).finally(() => void prepareSpare(request, options.spare));
  if (child.cancelled) options.signal?.throwIfAborted();
  await keepParsedProject(request.cacheDir, request.catalog, request.targetDir);
  const results = await readDbtResults(request.targetDir);
  assertBuilt(child, results, log);
  return { ...results, wall_ms: child.wall_ms };
}

function assertBuilt(
  child: ChildProcessResult,
  results: DbtResults | null,
  log: DbtLog,
): asserts results is DbtResults {
  const failing = (results?.nodes ?? []).filter((node) => ['fail', 'error', 'other'].includes(node.status));
  const broken = failing.filter((node) => node.status !== 'fail');
  if (child.code === 1 && broken.length > 0) throw new DbtModelsFailedError(broken);
  if (child.code === 1 && failing.length > 0) throw new DbtTestsFailedError(failing);
  if (child.code !== 0 || !results) throw new DbtCrashedError(child, log.reason || 'no message', child.tail);
}

/** The next spare does once what every build begins with, on the project as this build has parsed it. */
async function prepareSpare(request: DbtBuildRequest, spare: SpareDbt | undefined): Promise<void> {
  if (!spare) return;
  const targetDir = path.join(request.cacheDir, 'rehearsal');
  await takeParsedProject(request.cacheDir, request.catalog, targetDir);
  const rehearsal = { ...request, targetDir };
  spare.prepareLater({
    ...ordersOf(rehearsal, rehearsalArguments(rehearsal)),
    parse: parseArguments(rehearsal),
  });
}

function ordersOf(request: DbtBuildRequest, args: string[]): DbtOrders {
  const env = dbtEnvironment(request);
  return { args, env, cwd: process.cwd(), stamp: projectStamp(projectOf(request), env) };
}

/**
 * dbt's parsed project, shared between runs that each have a target folder of their own. One per catalog,
 * since the catalog is part of what is parsed. dbt checks it against the files, so a stale, missing or broken
 * one costs only time.
 */
async function takeParsedProject(cacheDir: string, catalog: string, targetDir: string): Promise<void> {
  await fs.mkdir(targetDir, { recursive: true });
  await fs.copyFile(cached(cacheDir, catalog), path.join(targetDir, PARSED)).catch(() => undefined);
}

/** Replaces the shared copy in one step, so that a run that starts meanwhile reads a whole file. */
async function keepParsedProject(cacheDir: string, catalog: string, targetDir: string): Promise<void> {
  const target = cached(cacheDir, catalog);
  const draft = `${target}.${randomUUID()}`;
  await fs.mkdir(path.dirname(target), { recursive: true });
  await fs
    .copyFile(path.join(targetDir, PARSED), draft)
    .then(() => fs.rename(draft, target))
    .catch(() => fs.rm(draft, { force: true }));
}

function cached(cacheDir: string, catalog: string): string {
  return path.join(cacheDir, catalog, PARSED);
}
