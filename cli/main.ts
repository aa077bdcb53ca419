import { Command, CommanderError } from 'commander';
import fs from 'node:fs';
import path from 'node:path';
import { followProxies } from '../clients/http/followProxies';
import { repositoryRoot } from '../settings/repositoryRoot';
import { fillPipeline } from './support/options';
import { hasPrintedJson, reportFailure } from './support/output';
import { watchStdout } from './support/stdout';

type Register = { register(program: Command): void };

/**
 * In the order of help; `maintain` is the old name of `upkeep`. Loaded on use: all of them together take a
 * second, which every command would pay.
 */
const COMMANDS: Record<string, () => Promise<Register>> = {
  setup: () => import('./commands/setup.js'),
  up: () => import('./commands/up.js'),
  down: () => import('./commands/down.js'),
  logs: () => import('./commands/logs.js'),
  doctor: () => import('./commands/doctor.js'),
  run: () => import('./commands/run.js'),
  produce: () => import('./commands/produce.js'),
  backfill: () => import('./commands/backfill.js'),
  rebuild: () => import('./commands/rebuild.js'),
  revise: () => import('./commands/revise.js'),
  status: () => import('./commands/status.js'),
  query: () => import('./commands/query.js'),
  branch: () => import('./commands/branch.js'),
  contracts: () => import('./commands/contracts.js'),
  schedules: () => import('./commands/schedules.js'),
  metadata: () => import('./commands/metadata.js'),
  reference: () => import('./commands/reference.js'),
  upkeep: () => import('./commands/upkeep.js'),
  maintain: () => import('./commands/upkeep.js'),
  backup: () => import('./commands/backup.js'),
  restore: () => import('./commands/backup.js'),
  realign: () => import('./commands/realign.js'),
  workers: () => import('./commands/workers.js'),
  runs: () => import('./commands/runs.js'),
  deadletters: () => import('./commands/deadletters.js'),
  demo: () => import('./commands/demo.js'),
};

/** The command named, or all of them, which help and a wrong name need. */
async function wanted(name = ''): Promise<Register[]> {
  const load = Object.hasOwn(COMMANDS, name) ? [COMMANDS[name]!] : Object.values(COMMANDS);
  // A file may hold two commands.
  return [...new Set(await Promise.all(load.map((each) => each())))];
}

/** Whether the command that runs was given `--json`. */
let asJson = false;

async function main(): Promise<void> {
  await followProxies();
  const manifest = JSON.parse(fs.readFileSync(path.join(repositoryRoot(), 'package.json'), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('currents')
    .description(manifest.description)
    .version(manifest.version)
    .showHelpAfterError('(currents help <command> shows an example)')
    .exitOverride()
    .hook('preAction', (_, command) => {
      asJson = command.opts<{ json?: boolean }>().json === true;
      fillPipeline(command);
    });
  for (const { register } of await wanted(process.argv[2])) register(program);
  await program.parseAsync();
}

watchStdout();

main().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  process.exitCode = reportFailure(error, asJson && !hasPrintedJson());
});
