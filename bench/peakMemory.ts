import fs from 'node:fs';
import type { Config } from '../settings/config';
import { readState } from '../stack/stateFile';
import { detail, type Detail } from './report';
import { readProcesses, treeRss_bytes, type ProcessMemory } from './stackCost';

const LOOK_EVERY_MS = 1_000;
const GIB = 2 ** 30;
/** What a worker starts, by a sign of its command line; the first that fits counts. */
const OF_WORKER: readonly [name: string, sign: string][] = [
  ['bulk Spark', 'submit.py'],
  ['dbt', 'dbt'],
];

interface Share {
  name: string;
  rss_bytes: number;
}

/** The most memory that each part of a stack had while work went on, looked at once a second. */
export class PeakMemory {
  private readonly peaks = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly config: Pick<Config, 'home'>) {}

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  details(): Detail[] {
    return [...this.peaks].map(([name, rss_bytes]) => detail(`peak memory: ${name}`, rss_bytes / GIB, 'GiB'));
  }

  private look(): void {
    const state = readState(this.config.home);
    if (!state) return;
    const roots = Object.entries({ ...state.services, supervisor: state.supervisor });
    const pids = roots.map(([name, { pid }]) => ({ name, pid }));
    const shares = sharesOf(pids, readProcesses(), commandOf);
    const whole = {
      name: 'whole stack',
      rss_bytes: shares.reduce((sum, { rss_bytes }) => sum + rss_bytes, 0),
    };
    for (const { name, rss_bytes } of [...shares, whole])
      this.peaks.set(name, Math.max(rss_bytes, this.peaks.get(name) ?? 0));
  }
}

/** Every process counts once: the supervisor without the services, the worker without what it has started. */
export function sharesOf(
  roots: readonly { name: string; pid: number }[],
  processes: readonly ProcessMemory[],
  commandOfPid: (pid: number) => string,
): Share[] {
  const ownRoots = new Set(roots.map(({ pid }) => pid));
  const shares = roots.flatMap(({ name, pid }): Share[] => {
    const outside = processes.filter(
      (child) => child.parent === pid && (ownRoots.has(child.pid) || partOfWorker(name, child, commandOfPid)),
    );
    const rest = processes.filter((each) => !outside.includes(each));
    const started = outside.flatMap((child) => {
      const part = partOfWorker(name, child, commandOfPid);
      return part ? [{ name: part, rss_bytes: treeRss_bytes(processes, child.pid) }] : [];
    });
    return [{ name, rss_bytes: treeRss_bytes(rest, pid) }, ...started];
  });
  return [...new Set(shares.map(({ name }) => name))].map((name) => ({
    name,
    rss_bytes: shares.reduce((sum, share) => sum + (share.name === name ? share.rss_bytes : 0), 0),
  }));
}

function partOfWorker(
  service: string,
  { pid }: ProcessMemory,
  commandOfPid: (pid: number) => string,
): string | undefined {
  if (service !== 'worker') return undefined;
  const command = commandOfPid(pid);
  return OF_WORKER.find(([, sign]) => command.includes(sign))?.[0];
}

/** Empty for a process that ended meanwhile. */
function commandOf(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
