import { Command, CommanderError } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from '../core/repositoryRoot';
import { exitCodeOf, failureOf, say } from './output';

type Register = { register(program: Command): void };

/**
 * In the order of help. Loaded when asked for: all of them together take a second, which every command would
 * pay.
 */
const COMMANDS: Record<string, () => Promise<Register>> = {
  setup: () => import('./setup.js'),
  up: () => import('./up.js'),
  down: () => import('./down.js'),
  logs: () => import('./logs.js'),
  doctor: () => import('./doctor.js'),
  run: () => import('./run.js'),
  backfill: () => import('./backfill.js'),
  rebuild: () => import('./reload.js'),
  revise: () => import('./reload.js'),
  status: () => import('./status.js'),
  query: () => import('./query.js'),
  branch: () => import('./branch.js'),
  schedules: () => import('./schedules.js'),
  metadata: () => import('./metadata.js'),
  maintain: () => import('./maintain.js'),
  backup: () => import('./backup.js'),
  restore: () => import('./backup.js'),
  realign: () => import('./realign.js'),
  workers: () => import('./workers.js'),
  runs: () => import('./runs.js'),
  deadletters: () => import('./deadletters.js'),
  demo: () => import('./demo.js'),
};

/** The command named, or all of them, which help and a wrong name need. */
async function wanted(name = ''): Promise<Register[]> {
  const load = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  // A file may hold two commands.
  return [...new Set(await Promise.all(load.map((each) => each())))];
}

async function main(): Promise<void> {
  const manifest = JSON.parse(fs.readFileSync(path.join(repositoryRoot(), 'package.json'), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('currents')
    .description(manifest.description)
    .version(manifest.version)
    .showHelpAfterError('(currents help <command> shows an example)')
    .exitOverride();
  for (const { register } of await wanted(process.argv[2])) register(program);
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
