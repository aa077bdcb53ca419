import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import { readResultsBySeed } from './results';
import type { TrialResult } from './trialRun';
import { trialsOf } from './trials';
import { victimsOfTelemetry } from './victims';

const PAGE = path.join('docs', 'trials.md');

/** Writes docs/trials.md, a generated page: nothing in it is written by hand. */
export function writeReport(reports: readonly string[]): void {
  fs.writeFileSync(path.join(repositoryRoot(), PAGE), trialsPage(reports));
}

/** The page of all trials, from one report for each seed. */
export function trialsPage(reports: readonly string[]): string {
  const head = [
    '# Trials',
    '',
    'Made from `test/chaos/results` by `make chaos`; do not edit. `node dist/test/chaos/report.js` makes',
    'it without new trials. What a trial does, and what counts as passed, is in',
    '[reliability.md](reliability.md).',
  ];
  return `${head.join('\n')}\n\n${reports.join('\n\n')}\n`;
}

/** One report for each seed that has results in the folder. */
export function reportsOf(folder: string): string[] {
  return readResultsBySeed(folder).map(([seed, results]) =>
    reportOf(results, seed, trialsOf(seed, withTelemetry(results) ? victimsOfTelemetry() : []).length),
  );
}

/** Whether telemetry flowed in trials that have results: that form has trials of its own. */
export function withTelemetry(results: readonly Pick<TrialResult, 'pipelines'>[]): boolean {
  return results.some(({ pipelines = [] }) => pipelines.includes('iot'));
}

/** The page's tables of one seed, from nothing but its results. */
export function reportOf(results: readonly TrialResult[], seed: number, planned: number): string {
  const sorted = [...results].sort((a, b) => a.number - b.number);
  return [
    `## Seed ${seed}`,
    headline(sorted, seed, planned),
    byKind(sorted),
    readerLine(sorted),
    `### Every trial of seed ${seed}`,
    everyTrial(sorted),
  ].join('\n\n');
}

function headline(results: readonly TrialResult[], seed: number, planned: number): string {
  const count = (status: string): number => results.filter((result) => result.status === status).length;
  const until = Math.max(-1, ...results.map(({ number }) => number)) + 1;
  const again =
    `Without the file \`test/chaos/results/${seed}.jsonl\`, \`make chaos SEED=${seed} TRIALS=${until}\`\n` +
    `runs these trials again${results.length < until ? ', and those between them' : ''}.\n` +
    `With it, \`make chaos SEED=${seed}\` runs the missing ones.`;
  return (
    `**${results.length} of ${planned} trials done: ${count('passed')} passed, ${count('failed')} failed, ` +
    `${count('missed')} missed, ${count('left out')} left out.**\n${again}`
  );
}

function byKind(results: readonly TrialResult[]): string {
  const kinds = [...new Set(results.map(kindOf))].sort();
  const row = (kind: string): string => {
    const own = results.filter((result) => kindOf(result) === kind);
    const count = (status: string): number => own.filter((result) => result.status === status).length;
    const seconds = own.map((result) => result.seconds).sort((a, b) => a - b);
    return (
      `| ${kind} | ${own.length} | ${count('passed')} | ${count('failed')} | ${count('missed')} | ` +
      `${own.filter(({ askedAgain }) => askedAgain > 0).length} | ` +
      `${seconds[Math.floor(seconds.length / 2)]} | ${seconds.at(-1)} |`
    );
  };
  return [
    '| disturbance | trials | passed | failed | missed | asked again | median s | longest s |',
    '|---|---|---|---|---|---|---|---|',
    ...kinds.map(row),
  ].join('\n');
}

/** Kills by what was killed; the times are in the full table. */
function kindOf({ kind, fault }: TrialResult): string {
  return kind.startsWith('kill') ? fault.split(/ at \w+(?: \d)? \+| after \d/)[0]! : kind;
}

function readerLine(results: readonly TrialResult[]): string {
  const sum = (count: (reader: TrialResult['reader']) => number): number =>
    results.reduce((total, { reader }) => total + count(reader), 0);
  const faulty = sum(({ violations }) => looksIn(violations));
  const across = sum(({ acrossCommits }) => looksIn(acrossCommits));
  return (
    `${number(sum(({ looks }) => looks))} looks were answered, ` +
    `${faulty === 0 ? 'none' : number(faulty)} showed a fault.\n` +
    `${number(sum(({ unanswered }) => unanswered))} tries got no answer while parts were down.\n` +
    `${number(across)} looks fell into a merge and showed two commits.`
  );
}

/** A look's lines begin with its time. */
function looksIn(lines: readonly string[]): number {
  return new Set(lines.map((line) => line.split(' ')[0])).size;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function everyTrial(results: readonly TrialResult[]): string {
  const row = ({
    number,
    fault,
    status,
    askedAgain,
    seconds,
    done,
    problems,
    reader,
  }: TrialResult): string => {
    const finding = [...problems, ...reader.violations].slice(0, 2).join('; ').slice(0, 160);
    const asked = askedAgain ? `, asked again ${askedAgain}×` : '';
    const found = finding ? `: ${cell(finding)}` : '';
    return `| ${number} | ${cell(fault)} | ${cell(done.join('; '))} | ${status}${asked}${found} | ${seconds} |`;
  };
  return ['| # | fault | what happened | result | s |', '|---|---|---|---|---|', ...results.map(row)].join(
    '\n',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

if (require.main === module) writeReport(reportsOf(path.join(repositoryRoot(), 'test', 'chaos', 'results')));
