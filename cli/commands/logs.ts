import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { readConfig } from '../../settings/config';
import { homeFolder } from '../../settings/homeFolder';
import { logTail } from '../../stack/logFiles';
import { serviceNamed } from '../../stack/services/table';
import { say } from '../support/output';

const DEFAULT_LINES = 100;

interface Options {
  follow?: boolean;
  lines: number;
}

export function register(program: Command): void {
  program
    .command('logs')
    .summary("show a service's log")
    .description("Prints the end of a service's log to stdout.")
    .argument('<service>', 'temporal, kafka, s3, nessie, trino, spark, worker or supervisor')
    .option('-f, --follow', 'follow new lines, until Ctrl-C')
    .option('-n, --lines <count>', 'how many lines', wholeNumber, DEFAULT_LINES)
    .addHelpText('after', '\nExample:\n  $ currents logs worker --follow')
    .action(logs);
}

async function logs(service: string, options: Options): Promise<void> {
  const { home } = readConfig();
  if (service !== 'supervisor') serviceNamed(service);
  const file = homeFolder.log(home, service);
  if (options.follow) return follow(file, options.lines);
  const text = logTail(home, service, options.lines);
  if (text === '') say(`${file} is empty or not there: the service has written nothing.`);
  else process.stdout.write(`${text}\n`);
}

/** `tail -F` also follows into the next file when the log is rotated. */
function follow(file: string, lines: number): Promise<void> {
  const tail = spawn('tail', ['-n', String(lines), '-F', file], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => tail.kill());
  return new Promise((resolve) => {
    tail.on('close', () => resolve());
  });
}

function wholeNumber(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError(`expected a whole number above 0, found ${text}`);
  return count;
}
