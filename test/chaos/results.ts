import fs from 'node:fs';
import path from 'node:path';
import type { TrialResult } from './trialRun';

/** Results so far, one JSON document a line; a file that is not there holds none. */
export function readResults(file: string): TrialResult[] {
  if (!fs.existsSync(file)) return [];
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialResult);
}

/** Of every seed that has results in the folder, the one with most trials first. */
export function readResultsBySeed(folder: string): [seed: number, results: TrialResult[]][] {
  const seeds = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => Number(path.basename(name, '.jsonl')));
  return seeds
    .map((seed): [number, TrialResult[]] => [seed, readResults(path.join(folder, `${seed}.jsonl`))])
    .sort(([, a], [, b]) => b.length - a.length);
}

export function appendResult(file: string, result: TrialResult): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.appendFileSync(file, `${JSON.stringify(result)}\n`);
}
