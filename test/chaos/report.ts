import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../../settings/repositoryRoot';
import type { TrialResult } from './trialRun';

const BEGIN = '<!-- results: written by make chaos, do not edit -->';
const END = '<!-- end of results -->';

/** Puts the reports, one a seed, between the marks of docs/reliability.md. */
export function writeReport(reports: readonly string[]): void {
  const file = path.join(repositoryRoot(), 'docs', 'reliability.md');
  const text = fs.readFileSync(file, 'utf8');
  const [before, after] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END) + END.length)];
  fs.writeFileSync(file, `${before}${BEGIN}\n\n${reports.join('\n\n')}\n\n${END}${after}`);
}

/** The page's tables of one seed, from nothing but its results. */
export function reportOf(results: readonly TrialResult[], seed: number, planned: number): string {
  const sorted = [...results].sort((a, b) => a.number - b.number);
  return [
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
  return (
    `**${results.length} of ${planned} trials of seed ${seed} done: ${count('passed')} passed, ${count('failed')} failed, ${count('missed')} missed, ${count('left out')} left out.** ` +
    `Without the file \`test/chaos/results/${seed}.jsonl\`, \`make chaos SEED=${seed} TRIALS=${until}\` does these again${results.length < until ? ', and those between them' : ''}; ` +
    `with it, \`make chaos SEED=${seed}\` does the missing ones.`
  );
}

function byKind(results: readonly TrialResult[]): string {
  const kinds = [...new Set(results.map(kindOf))].sort();
  const row = (kind: string): string => {
    const own = results.filter((result) => kindOf(result) === kind);
    const count = (status: string): number => own.filter((result) => result.status === status).length;
    const seconds = own.map((result) => result.seconds).sort((a, b) => a - b);
    return `| ${kind} | ${own.length} | ${count('passed')} | ${count('failed')} | ${count('missed')} | ${own.filter(({ askedAgain }) => askedAgain > 0).length} | ${seconds[Math.floor(seconds.length / 2)]} | ${seconds.at(-1)} |`;
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
    `${number(sum(({ looks }) => looks))} looks were answered, ${faulty === 0 ? 'none' : number(faulty)} showed a fault; ` +
    `${number(sum(({ unanswered }) => unanswered))} tries got no answer while parts were down; ${number(across)} looks fell into a merge and showed two commits.`
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
    return `| ${number} | ${cell(fault)} | ${cell(done.join('; '))} | ${status}${askedAgain ? `, asked again ${askedAgain}×` : ''}${finding ? `: ${cell(finding)}` : ''} | ${seconds} |`;
  };
  return ['| # | fault | what happened | result | s |', '|---|---|---|---|---|', ...results.map(row)].join(
    '\n',
  );
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
