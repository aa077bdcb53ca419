import { Command, CommanderError } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../core/repositoryRoot';
import { register as backfill } from './backfill';
import { register as backup } from './backup';
import { register as branch } from './branch';
import { register as deadletters } from './deadletters';
import { register as demo } from './demo';
import { register as doctor } from './doctor';
import { register as down } from './down';
import { register as logs } from './logs';
import { register as maintain } from './maintain';
import { register as metadata } from './metadata';
import { exitCodeOf, failureOf, say } from './output';
import { register as query } from './query';
import { register as realign } from './realign';
import { register as reload } from './reload';
import { register as run } from './run';
import { register as runs } from './runs';
import { register as schedules } from './schedules';
import { register as setup } from './setup';
import { register as status } from './status';
import { register as up } from './up';
import { register as workers } from './workers';

const COMMANDS = [setup, up, down, logs, doctor, run, backfill, reload, status, query, branch, schedules, metadata, maintain, backup, realign, workers, runs, deadletters, demo];

async function main(): Promise<void> {
  const manifest = JSON.parse(fs.readFileSync(path.join(repositoryRoot(), 'package.json'), 'utf8')) as { version: string; description: string };
  const program = new Command('currents').description(manifest.description).version(manifest.version).showHelpAfterError('(currents help <command> shows an example)').exitOverride();
  for (const register of COMMANDS) register(program);
  await program.parseAsync();
}

// Whoever reads our output may have seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const { code, message, hint } = failureOf(error);
  say(`${code}  ${message}\n  ${hint}`);
  process.exitCode = exitCodeOf(error);
});
