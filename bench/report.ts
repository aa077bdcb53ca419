import fs from 'node:fs';
import os from 'node:os';
import { table } from '../cli/support/output';

/**
 * What `--only` names: latency, refine run, parser, Kafka, stack, backfill, upkeep, growth, soak, query,
 * telemetry.
 */
export const PARTS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'] as const;
export type Part = (typeof PARTS)[number];

export type Aim = { at_most: number } | { at_least: number };

export interface Detail {
  name: string;
  value: number;
  unit: string;
}

/** One measured number, what it was to be, and what it is made of. */
export interface Figure extends Detail {
  part: Part;
  aim: Aim;
  met: boolean;
  measured_at: string;
  breakdown: Detail[];
  /** How it was measured, as far as it matters for reading it. */
  notes: string[];
}

export interface Results {
  machine: { cores: number; cpu: string; memory_gib: number; platform: string; node: string };
  /** Every row measured is made up by the look-alike market; the times are real. */
  simulated: true;
  written_at: string;
  figures: Figure[];
}

export function figure(
  part: Part,
  measured: Detail,
  aim: Aim,
  breakdown: Detail[] = [],
  notes: string[] = [],
): Figure {
  return {
    part,
    ...measured,
    value: rounded(measured.value),
    aim,
    met: isMet(measured.value, aim),
    measured_at: new Date().toISOString(),
    breakdown,
    notes,
  };
}

export function detail(name: string, value: number, unit: string): Detail {
  return { name, value: rounded(value), unit };
}

export function isMet(value: number, aim: Aim): boolean {
  return 'at_most' in aim ? value <= aim.at_most : value >= aim.at_least;
}

/** The middle value; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) throw new Error('median: expected at least one value, found none');
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Writes the figures; those of other parts measured earlier on such a machine stay, each with its own
 * `measured_at`.
 */
export function writeResults(file: string, figures: readonly Figure[]): void {
  const here = machine();
  const earlier = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as Results) : null;
  const kept = earlier && kindOf(earlier.machine) === kindOf(here) ? earlier.figures : [];
  const results: Results = {
    machine: here,
    simulated: true,
    written_at: new Date().toISOString(),
    figures: mergeFigures(kept, figures),
  };
  fs.writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** A kernel's build number and some megabytes that it keeps for itself make no other machine. */
function kindOf({ cores, cpu, memory_gib, platform, node }: Results['machine']): string {
  return JSON.stringify([cores, cpu, Math.round(memory_gib), platform.split('-')[0], node]);
}

/** A part measured again replaces all its earlier figures. */
export function mergeFigures(earlier: readonly Figure[], now: readonly Figure[]): Figure[] {
  const again = new Set(now.map(({ part }) => part));
  return [...earlier.filter(({ part }) => !again.has(part)), ...now].sort((left, right) =>
    left.part.localeCompare(right.part),
  );
}

/** The figures as one table, then each with its breakdown and notes. */
export function printable(figures: readonly Figure[]): string {
  const rows = figures.map(({ part, name, value, unit, aim, met }) => [
    part,
    name,
    value,
    unit,
    aimText(aim),
    met ? 'met' : 'MISSED',
  ]);
  const parts = figures.map(({ part, name, breakdown, notes }) =>
    [
      `${part}  ${name}`,
      ...breakdown.map(
        (line) => `     ${line.name.padEnd(44)} ${String(line.value).padStart(10)} ${line.unit}`,
      ),
      ...notes.map((note) => `     - ${note}`),
    ].join('\n'),
  );
  return [table(['part', 'figure', 'value', 'unit', 'aim', ''], rows), ...parts].join('\n\n');
}

function aimText(aim: Aim): string {
  return 'at_most' in aim ? `<= ${aim.at_most}` : `>= ${aim.at_least}`;
}

function machine(): Results['machine'] {
  const cpus = os.cpus();
  return {
    cores: cpus.length,
    cpu: cpus[0]?.model ?? 'unknown',
    memory_gib: rounded(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.release()}`,
    node: process.version,
  };
}

/** Three digits after the point are more than any of these measurements holds. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
