import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../settings/repositoryRoot';
import type { BenchStack } from './benchStack';
import { detail, figure, type Detail, type Figure } from './report';

const ROWS_PER_SECOND_AIM = 50_000;
const NEWLINE = 10;
const LOOK_EVERY_MS = 200;
/** Trino's sequence() gives 10,000 elements at most. */
const rowsSql = (thousands: number): string =>
  `select a.n as id, b.n as other, cast(a.n as double) / 7 as power_mw,
     timestamp '2026-11-20 00:05:00' as at, 'UNIT' || cast(b.n as varchar) as unit_id
   from unnest(sequence(1, ${thousands})) a(n) cross join unnest(sequence(1, 1000)) b(n)`;

interface Export {
  rows: number;
  bytes: number;
  seconds: number;
  peak_bytes: number;
}

/** `currents query` of many rows to CSV: how fast, and that its memory does not grow with the rows. */
export async function measureQuery(stack: BenchStack): Promise<Figure> {
  const small = await exported(stack, 100);
  const large = await exported(stack, 10_000);
  return figure(
    'j',
    { name: 'query to CSV', value: large.rows / large.seconds, unit: 'rows/s' },
    { at_least: ROWS_PER_SECOND_AIM },
    [...details('small', small), ...details('large', large)],
    [
      'from typing the command to its end; five columns that Trino makes up, its work included; RSS of the command',
    ],
  );
}

function details(name: string, { rows, bytes, seconds, peak_bytes }: Export): Detail[] {
  return [
    detail(`${name}: rows`, rows, 'rows'),
    detail(`${name}: size`, bytes / 1e6, 'MB'),
    detail(`${name}: took`, seconds, 's'),
    detail(`${name}: peak memory`, peak_bytes / 2 ** 20, 'MiB'),
  ];
}

async function exported({ own }: BenchStack, thousands: number): Promise<Export> {
  const started_ms = performance.now();
  const command = path.join(repositoryRoot(), 'bin', 'currents.js');
  const child = spawn(process.execPath, [command, 'query', '--format', 'csv', rowsSql(thousands)], {
    env: { ...process.env, ...own.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let [lines, bytes, peak_bytes] = [0, 0, 0];
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
  });
  const looking = setInterval(() => {
    peak_bytes = Math.max(peak_bytes, peakOf(child.pid!));
  }, LOOK_EVERY_MS);
  const [code] = (await once(child, 'close').finally(() => clearInterval(looking))) as [number | null];
  if (code !== 0 || lines !== thousands * 1000 + 1)
    throw new Error(`expected ${thousands * 1000} rows and exit 0, found ${lines - 1} and ${code}`);
  return { rows: lines - 1, bytes, seconds: (performance.now() - started_ms) / 1000, peak_bytes };
}

/** The most memory a process had resident so far; 0 when it has ended. */
function peakOf(pid: number): number {
  try {
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
