import fs from 'node:fs';
import type { Config } from '../settings/config';
import { readStackStatus } from '../stack/control';
import { readState } from '../stack/stateFile';
import type { BenchStack } from './benchStack';
import { detail, figure, type Detail, type Figure } from './report';

const UP_AIM_S = 60;
const MEMORY_AIM_GIB = 6;
const GIB = 2 ** 30;

export interface ProcessMemory {
  pid: number;
  parent: number;
  rss_bytes: number;
}

/** Resident memory of the stack at one moment, by service. */
export interface MemorySample {
  moment: string;
  services: { name: string; rss_bytes: number }[];
}

/** Seconds of `currents up`, with the seconds each service took from its own start to ready. */
export async function startUpFigure({ config, up_ms }: BenchStack): Promise<Figure> {
  const { services } = await readStackStatus(config);
  const breakdown = services.flatMap(({ name, ready_ms }) =>
    ready_ms === null ? [] : [detail(`${name}, from its start to ready`, ready_ms / 1000, 's')],
  );
  return figure(
    'e',
    { name: 'stack start-up', value: up_ms / 1000, unit: 's' },
    { at_most: UP_AIM_S },
    breakdown,
    ["wall time of `currents up` on an empty home folder, all services, Node's own start included"],
  );
}

/** @throws Error where there is no /proc. */
export async function sampleMemory(config: Config, moment: string): Promise<MemorySample> {
  const { services } = await readStackStatus(config);
  const processes = readProcesses();
  const trees = services.flatMap(({ name, pid }) =>
    pid === null ? [] : [{ name, rss_bytes: treeRss_bytes(processes, pid) }],
  );
  const supervisor = readState(config.home)?.supervisor.pid;
  const own = processes.find(({ pid }) => pid === supervisor);
  return { moment, services: [...trees, ...(own ? [{ name: 'supervisor', rss_bytes: own.rss_bytes }] : [])] };
}

/** The largest total of the moments sampled. */
export function memoryFigure(samples: readonly MemorySample[]): Figure {
  const largest = Math.max(...samples.map(total_bytes));
  return figure(
    'e',
    { name: 'stack memory', value: largest / GIB, unit: 'GiB' },
    { at_most: MEMORY_AIM_GIB },
    samples.flatMap(detailsOf),
    [
      'resident set of every process of a service, children included; pages shared by two processes count twice',
    ],
  );
}

/** Resident bytes of a process and all that descend from it. */
export function treeRss_bytes(processes: readonly ProcessMemory[], root: number): number {
  const own = processes.find(({ pid }) => pid === root)?.rss_bytes ?? 0;
  const children = processes.filter(({ parent }) => parent === root);
  return own + children.reduce((sum, { pid }) => sum + treeRss_bytes(processes, pid), 0);
}

/**
 * The fields PPid and VmRSS of a /proc/<pid>/status; undefined for a kernel thread, which has no memory.
 * Source: proc(5).
 */
export function processOf(pid: number, status: string): ProcessMemory | undefined {
  const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
  const rss_kib = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return parent === undefined || rss_kib === undefined
    ? undefined
    : { pid, parent: Number(parent), rss_bytes: Number(rss_kib) * 1024 };
}

/** @throws Error where there is no /proc. */
export function readProcesses(): ProcessMemory[] {
  if (process.platform !== 'linux')
    throw new Error(`memory: expected Linux, whose /proc tells it, found ${process.platform}`);
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => processOf(pid, statusText(pid)) ?? []);
}

/** Empty for a process that ended meanwhile. */
function statusText(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function detailsOf(sample: MemorySample): Detail[] {
  const services = sample.services.map(({ name, rss_bytes }) =>
    detail(`${sample.moment}: ${name}`, rss_bytes / GIB, 'GiB'),
  );
  return [...services, detail(`${sample.moment}: total`, total_bytes(sample) / GIB, 'GiB')];
}

function total_bytes({ services }: MemorySample): number {
  return services.reduce((sum, { rss_bytes }) => sum + rss_bytes, 0);
}
